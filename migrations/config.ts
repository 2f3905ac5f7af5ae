import path from 'node:path';
import type { Knex } from 'knex';
import { setUpSession } from '../common/database/session-settings';
import { checkUndo, separateBatches } from './batches';
import { migrationSource, type MigrationFile } from './source';

const migrations: Knex.MigratorConfigWithLifecycleHooks = {
  migrationSource,
  stub: path.join(__dirname, 'new-migration.stub'),
  beforeAll: (knex, files) => checkUndo(knex, files as MigrationFile[]),
  afterAll: separateBatches,
};

const longestMs = 2 ** 31 - 1; // of a timer

/** Everything but the connection, which is the owner's: the servers have logins of their own. */
export const migrationConfig: Knex.Config = {
  client: 'pg',
  compileSqlOnError: false,
  // A busy server is waited for, as it is by the connection that holds the lock.
  acquireConnectionTimeout: longestMs,
  pool: { afterCreate: setUpSession, createTimeoutMillis: longestMs },
  migrations,
};
