import { z } from 'zod';
import { createDatabase } from '../common/database/connect';
import { readEnvironment, url } from '../common/config/environment';
import { openResumeIntake } from '../common/resumes/open-intake';
import { resumeStoreSchema } from '../common/resumes/store-config';
import { seedLeads } from './example-leads';

const variables = z
  .object({
    MIGRATION_DATABASE_URL: url('the login that owns the database', 'postgres:', 'postgresql:'),
    NODE_ENV: z.string().optional(),
  })
  .and(resumeStoreSchema);

async function main(): Promise<void> {
  const { MIGRATION_DATABASE_URL, NODE_ENV, resumes } = readEnvironment(variables, process.env);
  const isForced = process.argv.includes('--force');
  const db = createDatabase(MIGRATION_DATABASE_URL);
  try {
    const isEmpty = (await db('leads').first('id')) === undefined;
    if (!isForced && (NODE_ENV === 'production' || !isEmpty)) {
      throw new Error(
        'Example leads go into an empty development database only. ' +
          'npm run seed -- --force adds them all the same.',
      );
    }
    const count = await seedLeads(db, await openResumeIntake(resumes));
    console.log(`Added ${count} example leads. No mail is sent for them.`);
  } finally {
    await db.destroy();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
