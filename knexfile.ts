import type { Knex } from 'knex';
import { migrationSource } from './migrations/source';

/** The owner's connection, for migrations and seeds alone; the servers have logins of their own. */
const config: Knex.Config = {
  client: 'pg',
  connection: process.env.MIGRATION_DATABASE_URL ?? '',
  compileSqlOnError: false,
  migrations: { migrationSource },
  seeds: { directory: './seeds' },
};

export default config;
