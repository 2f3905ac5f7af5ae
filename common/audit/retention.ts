import type { Knex } from 'knex';

/** Deletes reads and sign-ins that are older, in batches. Returns how many. */
export async function deleteOldEvents(
  db: Pick<Knex, 'raw'>,
  retainDays: number,
  signal?: AbortSignal,
): Promise<number> {
  let total = 0;
  while (!signal?.aborted) {
    const { rows } = await db.raw<{ rows: [{ deleted: number }] }>(
      'select audit_delete_old(?) as deleted',
      [retainDays],
    );
    if (rows[0].deleted === 0) break;
    total += rows[0].deleted;
  }
  return total;
}
