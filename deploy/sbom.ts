import parse from 'spdx-expression-parse';
import type { Base } from './bases';
import type { InstalledPackage } from './installed-packages';
import { locateInstalled, type LockedPackages } from './needed-packages';

interface SbomInput {
  image: { name: string; version: string };
  installed: readonly InstalledPackage[];
  locked: LockedPackages;
  /** The one that the image is built from. */
  base: Base;
  /** In seconds since 1970; without it the SBOM has no date. */
  epoch?: string | undefined;
}

/** Returns the SBOM of an image as CycloneDX 1.6. The same input gives the same text. */
export function createSbom({ image, installed, locked, base, epoch }: SbomInput): string {
  const platform = platformComponents(base);
  const libraries = [...byPurl(installed)].map(([purl, copies]) => library(purl, copies, locked));
  const root = `lead-intake-${image.name}`;
  const direct = Object.keys(locked['']?.dependencies ?? {})
    .flatMap((name) => installed.filter(({ at }) => at === `node_modules/${name}`))
    .map(purlOf);
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      ...(epoch && { timestamp: new Date(Number(epoch) * 1000).toISOString() }),
      component: { type: 'application', 'bom-ref': root, name: root, version: image.version },
    },
    components: [...platform, ...libraries],
    dependencies: [
      { ref: root, dependsOn: [...platform.map((one) => one['bom-ref']), ...direct.sort()] },
      ...[...byPurl(installed)].map(([ref, copies]) => ({
        ref,
        dependsOn: dependenciesOf(copies, installed, locked),
      })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** As https://github.com/package-url/purl-spec writes the names of npm. */
export function purlOf({ name, version }: Pick<InstalledPackage, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;
}

/** The same package may lie in several places. */
function byPurl(installed: readonly InstalledPackage[]): Map<string, InstalledPackage[]> {
  const found = new Map<string, InstalledPackage[]>();
  for (const each of installed) found.set(purlOf(each), [...(found.get(purlOf(each)) ?? []), each]);
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function library(purl: string, copies: InstalledPackage[], locked: LockedPackages) {
  const [{ name, version, license } = { name: '', version: '', license: undefined }] = copies;
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const hashes = copies.flatMap(({ at }) => hashesOf(locked[at]?.integrity)).slice(0, 1);
  return {
    type: 'library',
    'bom-ref': purl,
    ...(scope && { group: scope }),
    name: bare,
    version,
    ...(hashes.length > 0 && { hashes }),
    ...(license && { licenses: licensesOf(license) }),
    purl,
    evidence: { occurrences: copies.map(({ at }) => ({ location: at })) },
  };
}

const algorithms: Record<string, string> = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' };

/** From the base64 of package-lock.json to the hexadecimal of CycloneDX. */
function hashesOf(integrity = '') {
  return integrity.split(' ').flatMap((one) => {
    const [, name = '', hash = ''] = /^(\w+)-([\w+/=]+)/.exec(one) ?? [];
    const alg = algorithms[name];
    return alg ? [{ alg, content: Buffer.from(hash, 'base64').toString('hex') }] : [];
  });
}

function licensesOf(license: string): object[] {
  try {
    const info = parse(license);
    const isId = 'license' in info && info.license === license;
    return [isId ? { license: { id: license } } : { expression: license }];
  } catch {
    return [{ license: { name: license } }]; // nothing that SPDX knows
  }
}

function dependenciesOf(
  copies: InstalledPackage[],
  installed: readonly InstalledPackage[],
  locked: LockedPackages,
): string[] {
  const places = copies.flatMap(({ at }) => {
    const { dependencies = {}, peerDependencies = {} } = locked[at] ?? {};
    const names = Object.keys({ ...dependencies, ...peerDependencies });
    return names.map((name) => locateInstalled(locked, at, name));
  });
  const there = installed.filter(({ at }) => places.includes(at));
  return [...new Set(there.map(purlOf))].sort();
}

/** Node, and the image that brings it, as far as its name tells. */
function platformComponents({ image, tag, digest }: Base) {
  const [node = '', ...variant] = tag.split('-');
  const release = variant.find((word) => !['slim'].includes(word));
  const purl = `pkg:docker/${image}@${digest ? encodeURIComponent(digest) : tag}`;
  return [
    {
      type: 'container',
      'bom-ref': purl,
      name: image,
      version: digest ? `${tag}@${digest}` : tag,
      purl,
    },
    { type: 'platform', 'bom-ref': 'node', name: 'node', version: node },
    ...(release
      ? [{ type: 'operating-system', 'bom-ref': 'debian', name: 'debian', version: release }]
      : []),
  ];
}
