import type { Knex } from 'knex';
import type { Logger } from '../../logger';
import { checkDatabase } from '../check-database';
import { unusable } from '../unusable';
import { readAdvice } from './advice';
import { PrivilegesError, type AllowedPrivileges } from './check';

/**
 * Throws when the database is unavailable or read-only, or when the server's login may do more than
 * the server needs, or less. Warns about each setting that would limit the harm of a stolen login.
 */
export async function checkLoginAtStart(
  db: Knex,
  allowed: AllowedPrivileges,
  log: Logger,
): Promise<void> {
  try {
    await checkDatabase(db, allowed);
    for (const statement of await readAdvice(db, allowed.group)) {
      log.warn({ statement }, 'the database login would be safer with this statement');
    }
  } catch (error) {
    throw error instanceof PrivilegesError ? error : unusable(error, 'DATABASE_URL');
  }
}
