import { knex, type Knex } from 'knex';

export interface DatabaseOptions {
  maxConnections?: number;
  acquireTimeoutMs?: number;
}

/**
 * Opens a pool for one login. Error messages carry the statement with its placeholders and never
 * the values, because the values are personal data.
 */
export function createDatabase(url: string, options: DatabaseOptions = {}): Knex {
  const { maxConnections = 10, acquireTimeoutMs = 4000 } = options;
  return knex({
    client: 'pg',
    connection: { connectionString: url, connectionTimeoutMillis: acquireTimeoutMs },
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireTimeoutMs,
    pool: { min: 0, max: maxConnections },
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
}

/** Whatever knex would print is also thrown, and logged by whoever catches it. */
function silent(): void {
  // nothing
}
