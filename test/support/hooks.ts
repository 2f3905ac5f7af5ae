import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stopTestPostgres, testPostgres } from './process/postgres';

const prefix = 'lead-intake-run-';

// Each process of a run has its own temporary folder, a worker's inside the main process's, so
// that whatever is left there was left by this run.
const folder = mkdtempSync(path.join(tmpdir(), prefix));
chmodSync(folder, 0o711); // the user that Postgres runs as passes through
process.env.TMPDIR = folder;
process.env.TZ = 'UTC'; // whatever the machine's is

/** Runs in the main process, as the teardown does. A serial run starts Postgres on demand. */
export async function mochaGlobalSetup(this: { isParallelMode(): boolean }): Promise<void> {
  if (this.isParallelMode()) process.env.TEST_POSTGRES = JSON.stringify(await testPostgres());
}

export async function mochaGlobalTeardown(): Promise<void> {
  const left = [...(await stopTestPostgres()), ...leftFolders(folder)];
  rmSync(folder, { recursive: true });
  if (left.length > 0) throw new Error(`Tests left behind: ${left.join(', ')}`);
}

function leftFolders(within: string): string[] {
  const names = readdirSync(within).filter((name) => name.startsWith('lead-intake-'));
  return names.flatMap((name) =>
    name.startsWith(prefix) ? leftFolders(path.join(within, name)) : [name],
  );
}
