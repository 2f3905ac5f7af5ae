import type { Knex } from 'knex';
import { createDatabase } from './connect';
import { databaseWarning } from './connection-string';
import { isDatabaseOutage } from './is-outage';
import { unusable } from './unusable';

/**
 * Runs a command's work with the database whose address is in `variable`, and closes it. A database
 * that cannot be used is reported in a sentence.
 */
export async function withDatabase<T>(
  env: { url: string; variable: string },
  work: (db: Knex) => Promise<T>,
): Promise<T> {
  const warning = databaseWarning(env.url, env.variable);
  if (warning) console.error(`Warning: ${warning}.`);
  const db = createDatabase(env.url);
  try {
    return await work(db);
  } catch (error) {
    throw isDatabaseOutage(error) ? unusable(error, env.variable) : error;
  } finally {
    await db.destroy();
  }
}
