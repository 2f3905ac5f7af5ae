import type { Knex } from 'knex';
import type { Logger } from '../../logger';
import { readAdvice } from './advice';
import { checkPrivileges, PrivilegesError, type AllowedPrivileges } from './check';

/**
 * Throws when the server's login may do more than the server needs, or less. Warns about each
 * setting that would limit the harm of a stolen login.
 */
export async function checkLoginAtStart(
  db: Knex,
  allowed: AllowedPrivileges,
  log: Logger,
): Promise<void> {
  try {
    await checkPrivileges(db, allowed);
    for (const statement of await readAdvice(db, allowed.group)) {
      log.warn({ statement }, 'the database login would be safer with this statement');
    }
  } catch (error) {
    if (error instanceof PrivilegesError) throw error;
    const { code = 'no answer' } = error as { code?: string };
    throw new Error(`The database cannot be used (${code}). Check DATABASE_URL.`, { cause: error });
  }
}
