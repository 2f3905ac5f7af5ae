import { knex, type Knex } from 'knex';
import type { Client, QueryConfig, QueryResult } from 'pg';

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
    pool: { min: 0, max: 10, afterCreate: endWhenSilent },
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
}

/**
 * For `options` of a statement that is always the same text: each connection parses and plans it
 * once, which is half of what the short ones cost. Not where the best plan depends on the values.
 * A connection that is open while a migration changes the result's columns, or the type of one or
 * of a value, refuses the statement from then on: so no `*` in the result.
 */
export function preparedAs(name: string): { name: string } {
  return { name };
}

type Answered = (error: Error | null, result: QueryResult) => void;

/**
 * A connection that left a statement without an answer may have died without a word. pg would keep
 * it, and whatever is sent over it next waits in vain, too.
 */
function endWhenSilent(connection: Client, ready: (error: null, made: Client) => void): void {
  const query = connection.query.bind(connection) as (config: QueryConfig, done: Answered) => void;
  const endingQuery = (config: QueryConfig, done: Answered) => {
    query(config, (error, result) => {
      const answer = () => {
        done(error, result);
      };
      if (error?.message !== 'Query read timeout') answer();
      else connection.end().then(answer, answer); // then the pool knows that it has ended
    });
  };
  connection.query = endingQuery as Client['query'];
  ready(null, connection);
}

/** Whatever knex would print is also thrown, and logged by whoever catches it. */
function silent(): void {
  // nothing
}
