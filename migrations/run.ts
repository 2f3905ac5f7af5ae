import { knex } from 'knex';
import { Client } from 'pg';
import knexfile from '../knexfile';

/**
 * Brings the database at `url` (the owner's login) up to date and answers the names applied.
 * Another migration of the same database that runs meanwhile is waited for.
 */
export async function migrate(url: string): Promise<string[]> {
  const guard = new Client({ connectionString: url });
  await guard.connect();
  try {
    await guard.query("select pg_advisory_lock(hashtext('lead-intake migrate'))");
    return await migrateAlone(url);
  } finally {
    await guard.end(); // which gives the lock back
  }
}

async function migrateAlone(url: string): Promise<string[]> {
  const db = knex({ ...knexfile, connection: url });
  try {
    await db.migrate.forceFreeMigrationsLock(); // left behind by a run that was killed
    const [, names] = (await db.migrate.latest()) as [number, string[]];
    return names;
  } finally {
    await db.destroy();
  }
}

async function main(): Promise<void> {
  const url = process.env.MIGRATION_DATABASE_URL;
  if (!url) throw new Error('MIGRATION_DATABASE_URL is missing: the login that owns the database.');
  const names = await migrate(url);
  console.log(names.length === 0 ? 'Already up to date.' : `Applied ${names.join(', ')}.`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
