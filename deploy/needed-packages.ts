export interface LockedPackage {
  version?: string;
  integrity?: string;
  license?: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, unknown>;
}

/** `packages` of package-lock.json: what is installed at each path. */
export type LockedPackages = Record<string, LockedPackage>;

/**
 * Returns the paths of these packages and of all their dependencies. An optional peer is included
 * when package.json lists it too (pg, which knex loads); an optional dependency never is.
 */
export function neededPackages(locked: LockedPackages, names: Iterable<string>): Set<string> {
  const ours = locked['']?.dependencies ?? {};
  const found = new Set<string>();
  const waiting = [...names].map((name) => locate(locked, '', name));
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    const { dependencies, peerDependencies, peerDependenciesMeta = {} } = locked[at] ?? {};
    const peers = Object.keys({ ...peerDependencies, ...peerDependenciesMeta });
    const wanted = peers.filter((peer) => !(peer in peerDependenciesMeta) || peer in ours);
    for (const name of [...Object.keys(dependencies ?? {}), ...wanted]) {
      waiting.push(locate(locked, at, name));
    }
  }
  return found;
}

function locate(locked: LockedPackages, from: string, name: string): string {
  const found = locateInstalled(locked, from, name);
  if (found === undefined) throw new Error(`${name} is not in package-lock.json`);
  return found;
}

/** As Node does: in the package's own node_modules, then in each one above. */
export function locateInstalled(
  locked: LockedPackages,
  from: string,
  name: string,
): string | undefined {
  const candidate = `${from}${from && '/'}node_modules/${name}`;
  if (candidate in locked) return candidate;
  if (from === '') return undefined;
  const above = from.slice(0, from.lastIndexOf('node_modules/')).replace(/\/$/, '');
  return locateInstalled(locked, above, name);
}
