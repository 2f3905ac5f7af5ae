import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { imageNamed } from './images';
import { neededFiles } from './needed-files';
import { neededPackages, type LockedPackages } from './needed-packages';

interface Manifest {
  name: string;
  version: string;
  dependencies: Record<string, string>;
}

const root = path.join(__dirname, '..');

/**
 * Copies an image's files into `folder`: its views and assets, and of the compiled code and the
 * packages only what its entries and folders load.
 */
function assemble(imageName: string | undefined, folder: string): void {
  const { entries, folders, packageFiles = {} } = imageNamed(imageName);
  const dist = path.join(root, 'dist');
  const { files, packages } = neededFiles(dist, [...entries, ...codeIn(dist, folders)]);
  const { packages: locked } = readJson('package-lock.json') as { packages: LockedPackages };

  rmSync(folder, { recursive: true, force: true });
  for (const file of [...files, ...folders]) copy(path.join('dist', file), folder);
  for (const at of neededPackages(locked, packages)) {
    const files = packageFiles[at.replace(/^node_modules\//, '')] ?? [''];
    for (const file of files) copy(path.join(at, file), folder);
  }
  writeFileSync(path.join(folder, 'package.json'), manifest(packages));
}

/** Code that is found by reading a folder, as migrations are, loads other files, too. */
function codeIn(dist: string, folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(dist, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => path.join(folder, file)),
  );
}

/** Leaves out a package's own node_modules: those that are needed are listed separately. */
function copy(what: string, folder: string): void {
  const nested = path.join(root, what, 'node_modules');
  cpSync(path.join(root, what), path.join(folder, what), {
    recursive: true,
    filter: (source) => source !== nested,
  });
}

function manifest(packages: Set<string>): string {
  const { name, version, dependencies } = readJson('package.json') as Manifest;
  const direct = Object.entries(dependencies).filter(([dependency]) => packages.has(dependency));
  const content = {
    name,
    version,
    private: true,
    type: 'commonjs',
    dependencies: Object.fromEntries(direct),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

const [imageName, folder] = process.argv.slice(2);
if (!folder) throw new Error('Usage: assemble <image> <folder>');
assemble(imageName, path.resolve(folder));
