import type { Knex } from 'knex';

interface Pool {
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): Promise<void>;
}

/**
 * Runs `work` unless another process is running work under this name; then returns undefined. The
 * lock belongs to a connection, so it ends with its process.
 */
export async function withAdvisoryLock<T>(
  db: Knex,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const pool = db.client as Pool;
  const connection = await pool.acquireConnection();
  const call = async (lockFunction: string) => {
    const statement = db.raw<{ rows: { done: boolean }[] }>(
      `select ${lockFunction}(hashtext(?)) as done`,
      [name],
    );
    const { rows } = await statement.connection(connection);
    return rows[0]?.done === true;
  };
  try {
    if (!(await call('pg_try_advisory_lock'))) return undefined;
    try {
      return await work();
    } finally {
      await call('pg_advisory_unlock').catch(() => undefined); // a broken connection holds no lock anyway
    }
  } finally {
    await pool.releaseConnection(connection);
  }
}
