import { knex, type Knex } from 'knex';
import type { Client } from 'pg';
import { createConnectBreaker } from './connect-breaker';
import { readForPool } from './connection-string';
import { isReadOnly, isSessionLost } from './is-outage';
import { setUpSession } from './session-settings';

const acquireTimeoutMs = 4000;

/** Emitted on a database that turned out to be read-only: its connections are given up. */
export const readOnlyEvent = 'read-only';

/**
 * Opens a pool for one login. `queryTimeoutMs` is for one statement: a frozen server would otherwise
 * be waited for without end. Error messages carry the statement with its placeholders and never
 * the values, because the values are personal data.
 */
export function createDatabase(url: string, { queryTimeoutMs = 30_000 } = {}): Knex {
  const connections = new Map<string, Connection>();
  const breaker = createConnectBreaker();
  const db = knex({
    client: 'pg',
    connection: () => ({
      ...readForPool(url),
      connectionTimeoutMillis: acquireTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
      stream: () => breaker.openSocket(),
    }),
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireTimeoutMs,
    pool: {
      min: 0,
      max: 10,
      afterCreate(made: Connection, done: (error: Error | null, made: Connection) => void) {
        setUpSession(made, (error) => {
          if (!error) register(made);
          done(error, made);
        });
      },
      // One that was given up is closed when the pool would lend it again.
      validate: (connection: Connection) => connections.has(connection.__knexUid),
    },
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });

  function register(connection: Connection): void {
    breaker.recordSuccess();
    connections.set(connection.__knexUid, connection);
    connection.once('end', () => connections.delete(connection.__knexUid));
  }

  const { pool } = db.client as { pool: Pool };
  pool.on('createFail', (_id, error) => breaker.recordFailure(error));

  // After a failover all connections lead to the server that may no longer write.
  db.on(readOnlyEvent, () => connections.clear());

  db.on('query-error', (error: Error, { __knexUid: uid }: { __knexUid: string }) => {
    if (isReadOnly(error)) db.emit(readOnlyEvent);
    if (!isSessionLost(error)) return;
    connections.get(uid)?.end(silent); // else the next statement would fail, too
    connections.delete(uid);
  });
  return db;
}

/** knex gives each connection an id, and names it in its events. */
type Connection = Client & { __knexUid: string };

interface Pool {
  on(event: 'createFail', listener: (id: number, error: Error) => void): void;
}

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
