import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What we read of an installed package's package.json. */
export interface InstalledPackage {
  /** Its folder, as package-lock.json names it: `node_modules/a/node_modules/b`. */
  at: string;
  name: string;
  version: string;
  /** As the package declares it, mostly an SPDX expression; undefined where it declares none. */
  license: string | undefined;
}

interface Manifest {
  name: string;
  version: string;
  license?: string | { type?: string };
  licenses?: { type?: string }[];
}

const packageFile = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/;

/** Returns the packages in the folder's node_modules, those within others included, by their place. */
export function installedPackages(folder: string): InstalledPackage[] {
  return readdirSync(path.join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' })
    .map((file) => `node_modules/${file.split(path.sep).join('/')}`)
    .filter((file) => packageFile.test(file))
    .sort()
    .map((file) => {
      const manifest = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Manifest;
      const { name, version } = manifest;
      return { at: path.posix.dirname(file), name, version, license: licenseOf(manifest) };
    });
}

/** Older packages have an object, or a list of which one may choose. */
function licenseOf({ license, licenses = [] }: Manifest): string | undefined {
  const types = [license ?? licenses]
    .flat()
    .map((one) => (typeof one === 'string' ? one : one.type));
  const known = types.filter((type) => type !== undefined && type !== '');
  return known.length > 1 ? `(${known.join(' OR ')})` : known[0];
}
