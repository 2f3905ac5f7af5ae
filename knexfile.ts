import './embedded/default-database';
import type { Knex } from 'knex';
import { readConnectionString } from './common/database/connection-string';
import { migrationConfig } from './migrations/config';
import { ownerUrl } from './migrations/owner';

/** For the knex command line: `npx knex migrate:status`. */
const config: Knex.Config = {
  ...migrationConfig,
  connection: () => readConnectionString(ownerUrl()),
  seeds: { directory: './seeds' },
};

export default config;
