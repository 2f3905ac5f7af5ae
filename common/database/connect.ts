import { knex, type Knex } from 'knex';
import type { Client } from 'pg';
import { readForPool } from './connection-string';

const acquireTimeoutMs = 4000;

/**
 * Opens a pool for one login. `queryTimeoutMs` is for one statement: a frozen server would otherwise
 * be waited for without end. Error messages carry the statement with its placeholders and never
 * the values, because the values are personal data.
 */
export function createDatabase(url: string, { queryTimeoutMs = 30_000 } = {}): Knex {
  const connections = new Map<string, Connection>();
  const db = knex({
    client: 'pg',
    connection: () => ({
      ...readForPool(url),
      connectionTimeoutMillis: acquireTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
    }),
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireTimeoutMs,
    pool: {
      min: 0,
      max: 10,
      afterCreate(connection: Connection, done: (error: null, made: Connection) => void) {
        connections.set(connection.__knexUid, connection);
        connection.once('end', () => connections.delete(connection.__knexUid));
        done(null, connection);
      },
      validate: (connection: Connection) => connections.has(connection.__knexUid),
    },
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });

  // A connection that left a statement unanswered may be dead. pg would keep it, and the next
  // statement would wait in vain, too.
  db.on('query-error', (error: Error, { __knexUid: uid }: { __knexUid: string }) => {
    if (!error.message.endsWith('Query read timeout')) return;
    connections.get(uid)?.end(silent);
    connections.delete(uid);
  });
  return db;
}

/** knex gives each connection an id, and names it in its events. */
type Connection = Client & { __knexUid: string };

/**
 * For `options` of a statement that is always the same text: each connection parses and plans it
 * once, which halves the cost of short statements. Not for statements whose best plan depends on
 * the values. A migration that changes the columns of the result, or a type in it, makes open
 * connections refuse the statement, so the result must not contain `*`.
 */
export function preparedAs(name: string): { name: string } {
  return { name };
}

/** Whatever knex would print is also thrown, and logged by whoever catches it. */
function silent(): void {
  // nothing
}
