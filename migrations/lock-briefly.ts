import { KnexTimeoutError, type Knex } from 'knex';
import { retry } from '../common/resilience/retry';

const lockWithinMs = 500;
const pauseMs = 1000;
const giveUpAfterMs = 300_000;
const lockNotAvailable = '55P03';

/**
 * Runs a statement that locks a whole table for a moment. Everybody who comes later waits behind a
 * lock that is waited for, so it gives up after half a second, lets them pass, and tries again.
 */
export async function lockBriefly(knex: Knex, sql: string): Promise<void> {
  await retry(() => lockOnce(knex, sql), {
    until: performance.now() + giveUpAfterMs,
    isTransient: isLocked,
    pauseMs: () => pauseMs,
  }).catch((error: unknown) => {
    throw isLocked(error) ? new Error(inUse, { cause: error }) : error;
  });
}

/**
 * Runs `create index concurrently` or `drop index concurrently`, which holds up nobody, but waits for
 * every transaction that goes on.
 */
export async function runConcurrently(knex: Knex, sql: string): Promise<void> {
  await knex
    .raw(sql)
    .timeout(giveUpAfterMs, { cancel: true })
    .catch((error: unknown) => {
      throw error instanceof KnexTimeoutError ? new Error(inUse, { cause: error }) : error;
    });
}

const inUse =
  'Somebody has used a table for five minutes without a pause, in a transaction that does not end. ' +
  'End it (pg_stat_activity shows it), then repeat npm run migrate.';

async function lockOnce(knex: Knex, sql: string): Promise<void> {
  await knex.transaction(async (trx) => {
    await trx.raw(`set local lock_timeout = ${lockWithinMs}`);
    await trx.raw(sql);
  });
}

function isLocked(error: unknown): boolean {
  return (error as { code?: string }).code === lockNotAvailable;
}
