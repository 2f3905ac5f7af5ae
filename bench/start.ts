import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageNamed } from '../deploy/images';
import { neededFiles } from '../deploy/needed-files';
import { neededPackages, type LockedPackages } from '../deploy/needed-packages';
import type { Bench } from './support/bench';
import { memoryMb } from './support/proc';
import { median } from './support/statistics';

const root = path.join(__dirname, '../..');
const idleMs = 1000;

/** From nothing to ready, what a server takes when nobody asks for anything, and its packages. */
export async function start(bench: Bench): Promise<void> {
  const { publicUrl, internalUrl } = await bench.createDatabase('start');
  const RESUME_DIR = await bench.createFolder('start');
  const urls = { public: publicUrl, internal: internalUrl };
  const rows = [];
  for (const name of ['public', 'internal'] as const) {
    const starts = [];
    for (let round = 1; round <= (bench.isQuick ? 1 : bench.rounds); round++) {
      bench.report.progress(`start: ${name} server, round ${round}`);
      const server = await bench.startOurs(name, { DATABASE_URL: urls[name], RESUME_DIR });
      await sleep(idleMs);
      starts.push({ ms: server.startMs, idleMb: memoryMb(server.pid) });
      await server.stop();
    }
    rows.push({
      server: name,
      'ready after s': median(starts.map(({ ms }) => ms)) / 1000,
      'idle MB': median(starts.map(({ idleMb }) => idleMb)),
      ...dependencies(name),
    });
  }
  bench.report.table('Start and size', rows);
  bench.report.measured('startSeconds', Math.max(...rows.map((row) => row['ready after s'])));
  bench.report.measured('idleMemory', Math.max(...rows.map((row) => row['idle MB'])));
}

/** What the server's image holds of node_modules. */
function dependencies(name: string): { packages: number; 'packages MB': number } {
  const { packages: direct } = neededFiles(path.join(root, 'dist'), imageNamed(name).entries);
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: LockedPackages;
  };
  const needed = neededPackages(lock.packages, direct);
  const bytes = [...needed].reduce((sum, at) => sum + sizeOf(path.join(root, at)), 0);
  return { packages: needed.size, 'packages MB': bytes / 1e6 };
}

/** Without the packages below it: of those, the needed ones are named, too. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .map((entry) => path.join(folder, entry.name))
    .reduce((sum, at) => sum + (statSync(at).isDirectory() ? sizeOf(at) : statSync(at).size), 0);
}
