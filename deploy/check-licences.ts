import { readFileSync } from 'node:fs';
import path from 'node:path';
import { installedPackages, type InstalledPackage } from './installed-packages';
import { licenceProblems } from './licences';
import type { LockedPackages } from './needed-packages';

const root = path.join(__dirname, '..');

/** What is not installed here, because it is for another system, has its licence in the lock. */
function lockedOnly(installed: readonly InstalledPackage[]): InstalledPackage[] {
  const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: LockedPackages };
  const places = new Set(installed.map(({ at }) => at));
  return Object.entries(packages)
    .filter(([at]) => at !== '' && !places.has(at))
    .map(([at, { version = '', license }]) => {
      return { at, name: at.replace(/^.*node_modules\//, ''), version, license };
    });
}

const installed = installedPackages(root);
const packages = [...installed, ...lockedOnly(installed)];
const problems = licenceProblems(packages);
for (const line of problems) console.error(line);
if (problems.length === 0) console.log(`The licences of ${packages.length} packages are allowed.`);
process.exitCode = problems.length > 0 ? 1 : 0;
