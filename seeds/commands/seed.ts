import { z } from 'zod';
import { runCommand } from '../../common/config/arguments';
import { databaseUrl, readEnvironment } from '../../common/config/environment';
import { withDatabase } from '../../common/database/with-database';
import { resumeStoreSchema } from '../../common/resumes/store-config';
import { seed } from '../example-leads';

const usage = `Usage: npm run seed -- [--force]
Adds example leads to an empty development database.
  --force  adds them to any database
MIGRATION_DATABASE_URL is the login that owns the database; RESUME_STORE and its variables are the
internal server's.`;

const options = { force: { type: 'boolean', default: false } } as const;

const variables = z
  .object({
    MIGRATION_DATABASE_URL: databaseUrl('the login that owns the database'),
  })
  .and(resumeStoreSchema);

void runCommand({ usage, options }, async ({ values }) => {
  const { MIGRATION_DATABASE_URL } = readEnvironment(variables, process.env);
  const database = { url: MIGRATION_DATABASE_URL, variable: 'MIGRATION_DATABASE_URL' };
  const added = await withDatabase(database, (db) => seed(db, values.force));
  console.log(`Added ${added} example leads. No emails are sent for them.`);
});
