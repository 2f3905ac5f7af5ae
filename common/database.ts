import { knex, type Knex } from 'knex';

export interface DatabaseOptions {
  /** For one statement; a server that is frozen would otherwise be waited for without end. */
  queryTimeoutMs?: number;
}

const acquireTimeoutMs = 4000;

/**
 * Opens a pool for one login. Error messages carry the statement with its placeholders and never
 * the values, because the values are personal data.
 */
export function createDatabase(url: string, options: DatabaseOptions = {}): Knex {
  const { queryTimeoutMs = 30_000 } = options;
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: acquireTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
    },
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireTimeoutMs,
    pool: { min: 0, max: 10 },
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
}

/** Whatever knex would print is also thrown, and logged by whoever catches it. */
function silent(): void {
  // nothing
}
