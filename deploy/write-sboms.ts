import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBases } from './bases';
import { images } from './images';
import { installedPackages } from './installed-packages';
import type { LockedPackages } from './needed-packages';
import { createSbom } from './sbom';

const root = path.join(__dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Writes `dist/sbom/<image>.cdx.json` for each image whose folder is in `folder`. */
function writeSboms(folder: string): void {
  const { packages, version } = JSON.parse(read('package-lock.json')) as {
    packages: LockedPackages;
    version: string;
  };
  const base = readBases(read('Dockerfile')).find(({ stage }) => stage === 'node');
  if (!base) throw new Error('The Dockerfile has no stage node');
  const target = path.join(root, 'dist', 'sbom');
  mkdirSync(target, { recursive: true });
  for (const name of Object.keys(images)) {
    const installed = installedPackages(path.join(folder, name));
    const epoch = process.env.SOURCE_DATE_EPOCH;
    const image = { name, version };
    const sbom = createSbom({ image, installed, locked: packages, base, epoch });
    writeFileSync(path.join(target, `${name}.cdx.json`), sbom);
    console.log(`dist/sbom/${name}.cdx.json: ${installed.length} packages`);
  }
}

/** Assembles the images into a folder that is removed afterwards. */
function withAssembled(work: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'lead-intake-images-'));
  try {
    for (const name of Object.keys(images)) {
      const script = path.join(__dirname, 'assemble.sh');
      execFileSync(script, [name, path.join(folder, name)], { stdio: 'inherit' });
    }
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.env.IMAGES) writeSboms(process.env.IMAGES);
else withAssembled(writeSboms);
