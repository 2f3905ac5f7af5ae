import './embedded/default-database';
import type { Knex } from 'knex';
import { migrationConfig } from './migrations/config';

/** For the knex command line: `npx knex migrate:status`. */
const config: Knex.Config = {
  ...migrationConfig,
  connection: () => {
    const connectionString = process.env.MIGRATION_DATABASE_URL;
    if (connectionString) return { connectionString };
    throw new Error('MIGRATION_DATABASE_URL is missing: the login that owns the database.');
  },
  seeds: { directory: './seeds' },
};

export default config;
