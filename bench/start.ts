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
const rounds = { quick: 3, full: 7 };

type Name = 'public' | 'internal' | 'empty';
type Pass = Record<'ms' | 'idleMb', number>;

/** Each server's time from start to ready, its idle memory, and the size of its packages. */
export async function start(bench: Bench): Promise<void> {
  const passes = await measureStarts(bench);
  const rows = (['public', 'internal'] as const).map((name) => {
    const ratios = passes.map((pass) => pass[name].ms / pass.empty.ms);
    return { ...toRow(passes, name), '× empty': median(ratios), ...dependencies(name) };
  });
  const empty = { ...toRow(passes, 'empty'), '× empty': 1, packages: '', 'packages MB': '' };
  bench.report.table('Start and size', [...rows, empty]);
  bench.report.measured('startTime', Math.max(...rows.map((row) => row['× empty'])));
  bench.report.measured('idleMemory', Math.max(...rows.map((row) => row['idle MB'])));
}

/** In turns, so that a slow moment of the machine meets all of them. */
async function measureStarts(bench: Bench): Promise<Record<Name, Pass>[]> {
  const { publicUrl, internalUrl } = await bench.createDatabase('start');
  const RESUME_DIR = await bench.createFolder('start');
  const startServer = {
    public: () => bench.startOurs('public', { DATABASE_URL: publicUrl, RESUME_DIR }),
    internal: () => bench.startOurs('internal', { DATABASE_URL: internalUrl, RESUME_DIR }),
    empty: () => bench.startOther('empty', { NODE_ENV: 'production' }, '/readyz'),
  };
  const pass = async (name: Name): Promise<Pass> => {
    const server = await startServer[name]();
    await sleep(idleMs);
    const made = { ms: server.startMs, idleMb: memoryMb(server.pid) };
    await server.stop();
    return made;
  };
  const passes = [];
  for (let round = 1; round <= (bench.isQuick ? rounds.quick : rounds.full); round++) {
    bench.report.progress(`start: round ${round}`);
    const empty = await pass('empty');
    passes.push({ empty, public: await pass('public'), internal: await pass('internal') });
  }
  return passes;
}

function toRow(passes: Record<Name, Pass>[], name: Name) {
  return {
    server: name,
    'ready after s': median(passes.map((pass) => pass[name].ms)) / 1000,
    'idle MB': median(passes.map((pass) => pass[name].idleMb)),
  };
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
