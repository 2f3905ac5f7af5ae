import type { Knex } from 'knex';
import { runConcurrently } from './lock-briefly';

/**
 * Creates an index while the table is read and written. A run that is broken off leaves an invalid
 * index behind, which is made again. Not in a transaction.
 */
export async function createIndexConcurrently(
  knex: Knex,
  name: string,
  definition: string,
  { isUnique = false } = {},
): Promise<void> {
  const { rows } = await knex.raw<{ rows: { valid: boolean }[] }>(
    'select indisvalid as valid from pg_index where indexrelid = to_regclass(?)',
    [name],
  );
  if (rows[0]?.valid) return;
  if (rows[0]) await runConcurrently(knex, `drop index concurrently ${name}`);
  const kind = isUnique ? 'unique index' : 'index';
  await runConcurrently(knex, `create ${kind} concurrently ${name} on ${definition}`);
}
