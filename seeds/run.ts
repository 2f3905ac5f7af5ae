import { z } from 'zod';
import { createDatabase } from '../common/database';
import { readEnvironment, required, url } from '../common/config';
import { createLocalStore } from '../common/resumes/local-store';
import { seedLeads } from './example-leads';

const variables = z.object({
  MIGRATION_DATABASE_URL: url('the login that owns the database', 'postgres:', 'postgresql:'),
  RESUME_DIR: required('the folder that keeps the resumes'),
  NODE_ENV: z.string().optional(),
});

async function main(): Promise<void> {
  const { MIGRATION_DATABASE_URL, RESUME_DIR, NODE_ENV } = readEnvironment(variables, process.env);
  const isForced = process.argv.includes('--force');
  const db = createDatabase(MIGRATION_DATABASE_URL);
  try {
    const isEmpty = (await db('leads').first('id')) === undefined;
    if (!isForced && (NODE_ENV === 'production' || !isEmpty)) {
      throw new Error(
        'Example leads go into an empty development database only. This one is in use; ' +
          'npm run seed -- --force adds them all the same.',
      );
    }
    const count = await seedLeads(db, await createLocalStore(RESUME_DIR));
    console.log(`Added ${count} example leads. No mail is sent for them.`);
  } finally {
    await db.destroy();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
