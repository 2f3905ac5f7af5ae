import { knex, type Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { runCommand } from '../common/config/arguments';
import { databaseWarning, readConnectionString } from '../common/database/connection-string';
import { isDatabaseOutage } from '../common/database/is-outage';
import { sessionSettings } from '../common/database/session-settings';
import { unusable } from '../common/database/unusable';
import { separateBatches } from './batches';
import { migrationConfig } from './config';
import { ownerUrl } from './owner';

const waitMs = 200;
const variable = 'MIGRATION_DATABASE_URL';
const usage = `Usage: npm run migrate
Brings the database up to date. MIGRATION_DATABASE_URL is the login that owns it.
npx knex has the other commands: migrate:status, migrate:make <name>, migrate:rollback, …`;

/**
 * Brings the database at `url` (the owner's login) up to date and returns the names applied. Waits
 * for another migration of the same database.
 */
export async function migrate(url: string): Promise<string[]> {
  const lock = new Client(readConnectionString(url));
  lock.on('error', () => undefined); // the statement that meets it fails, too
  await lock.connect().catch((error: unknown) => {
    throw unusable(error, variable);
  });
  try {
    await lock.query(sessionSettings);
    while (!(await isAlone(lock))) await sleep(waitMs);
    return await migrateAlone(url);
  } finally {
    await lock.end(); // which releases the lock
  }
}

/** Asks again and again: a statement that waits would hold up `create index concurrently`. */
async function isAlone(lock: Client): Promise<boolean> {
  const { rows } = await lock.query<{ is_alone: boolean }>(
    "select pg_try_advisory_lock(hashtext('lead-intake migrate')) as is_alone",
  );
  return rows[0]?.is_alone === true;
}

async function migrateAlone(url: string): Promise<string[]> {
  const db = knex({ ...migrationConfig, connection: readConnectionString(url) });
  try {
    await db.migrate.forceFreeMigrationsLock(); // left behind by a run that was killed
    const names = await applyEach(db);
    await separateBatches(db); // of an earlier version
    return names;
  } finally {
    await db.destroy();
  }
}

/** Each with its record in one transaction, so that a run that ends early is resumed. */
async function applyEach(db: Knex): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const [, applied] = (await db.migrate.up()) as [number, string[]];
    if (applied.length === 0) return names;
    names.push(...applied);
  }
}

async function main(): Promise<void> {
  const url = ownerUrl();
  const warning = databaseWarning(url, variable);
  if (warning) console.error(`Warning: ${warning}.`);
  const names = await migrate(url).catch((error: unknown) => {
    throw isDatabaseOutage(error) ? unusable(error, variable) : error;
  });
  console.log(names.length === 0 ? 'Already up to date.' : `Applied ${names.join(', ')}.`);
}

if (require.main === module) void runCommand({ usage }, main);
