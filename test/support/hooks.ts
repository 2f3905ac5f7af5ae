import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDatabase } from '../../common/database/connect';
import { stopTestPostgres, testPostgres } from './process/postgres';

// Each run has a temporary folder of its own, so that what is left in it is this run's.
const folder = mkdtempSync(path.join(tmpdir(), 'lead-intake-run-'));
chmodSync(folder, 0o711); // the Postgres of another user passes through
process.env.TMPDIR = folder;

const leftFolders = () => readdirSync(folder).filter((name) => name.startsWith('lead-intake-'));

async function leftDatabases(): Promise<string[]> {
  if (leftFolders().length === 0) return []; // not even the folder of a Postgres
  const db = createDatabase((await testPostgres()).superuserUrl);
  const names = await db('pg_database')
    .whereLike('datname', 'lead\\_test\\_%')
    .pluck<string[]>('datname');
  await db.destroy();
  return names;
}

export async function mochaGlobalTeardown(): Promise<void> {
  const databases = await leftDatabases();
  await stopTestPostgres();
  const left = [...databases, ...leftFolders()];
  rmSync(folder, { recursive: true });
  if (left.length > 0) throw new Error(`Tests left behind: ${left.join(', ')}`);
}
