import type { Knex } from 'knex';
import { readEnvironment } from '../common/config/environment';
import { openResumeIntake } from '../common/resumes/open-intake';
import { resumeStoreSchema } from '../common/resumes/store-config';
import { addExampleLeads } from './example-leads/add-leads';

/**
 * Adds the example leads and returns how many. Throws, unless forced, in production and when the
 * database holds leads.
 */
export async function seed(db: Knex, isForced = false): Promise<number> {
  const { resumes } = readEnvironment(resumeStoreSchema, process.env);
  const isEmpty = (await db('leads').first('id')) === undefined;
  if (!isForced && (process.env.NODE_ENV === 'production' || !isEmpty)) {
    throw new Error(
      'Example leads go into an empty development database only. ' +
        'To add them anyway: npm run seed -- --force',
    );
  }
  return addExampleLeads(db, await openResumeIntake(resumes));
}
