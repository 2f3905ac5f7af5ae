import { mkdtemp, chmod, realpath, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { problemWith } from '../../embedded/ports';

/** Fixed, so that a second benchmark is refused: each would distort the other's figures. */
export const ports = {
  public: 3210,
  internal: 3211,
  floor: 3212,
  files: 3213,
  mail: 3214,
  postgres: 3215,
  empty: 3216,
};

const tmpfs = 0x01021994; // statfs(2)

/** Throws with everything that keeps the benchmark from running on this machine. */
export async function checkMachine(neededGb: number): Promise<void> {
  const problems: string[] = [];
  if (process.platform !== 'linux') problems.push('CPU and memory are read from /proc: Linux only');
  for (const port of Object.values(ports)) {
    const problem = await problemWith(port);
    if (problem) problems.push(`port ${port} ${problem}`);
  }
  const disk = await statfs(tmpdir());
  const freeGb = (disk.bavail * disk.bsize) / 1e9;
  if (freeGb < neededGb) {
    problems.push(
      `${tmpdir()} has ${freeGb.toFixed(1)} GB free, ${neededGb} are needed: set TMPDIR to a larger disk`,
    );
  }
  if (disk.type === tmpfs)
    problems.push(`${tmpdir()} is not on a disk: set TMPDIR to a folder that is`);
  if (problems.length > 0) {
    throw new Error(`The benchmark cannot run here:\n  ${problems.join('\n  ')}`);
  }
}

/** Private, but the user that the database server runs as can pass through. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lead-intake-bench-'));
  await chmod(folder, 0o711);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  const cluster = await realpath(path.join(folder, 'postgres')).catch(() => folder);
  await rm(cluster, { recursive: true, force: true }); // it may be outside of the folder
  await rm(folder, { recursive: true, force: true });
}
