import type { Knex } from 'knex';
import type { Logger } from '../../logger';
import { readAdvice } from './advice';
import { checkRights, RightsError, type AllowedRights } from './check';

/**
 * Before a server listens: throws when the login may do more than the server needs, or less, and
 * warns of what would limit the harm that a stolen login does.
 */
export async function checkLoginAtStart(
  db: Knex,
  allowed: AllowedRights,
  log: Logger,
): Promise<void> {
  try {
    await checkRights(db, allowed);
    for (const statement of await readAdvice(db)) {
      log.warn({ statement }, 'the database login would be safer with this statement');
    }
  } catch (error) {
    if (error instanceof RightsError) throw error;
    const { code = 'no answer' } = error as { code?: string };
    throw new Error(`The database cannot be used (${code}). Check DATABASE_URL.`, { cause: error });
  }
}
