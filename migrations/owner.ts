import { readConnectionString } from '../common/database/connection-string';

/** Returns MIGRATION_DATABASE_URL, the login that owns the database. Throws when it is of no use. */
export function ownerUrl(): string {
  const url = process.env.MIGRATION_DATABASE_URL;
  if (!url) throw new Error('MIGRATION_DATABASE_URL is missing: the login that owns the database.');
  try {
    readConnectionString(url);
  } catch (error) {
    throw new Error(`MIGRATION_DATABASE_URL ${(error as Error).message}.`, { cause: error });
  }
  return url;
}
