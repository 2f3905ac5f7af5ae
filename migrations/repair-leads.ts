import type { Knex } from 'knex';
import { lockBriefly } from './lock-briefly';

/**
 * Runs an update of a few leads that is no change of theirs, so that `updated_at` stays. Without the
 * trigger that sets it, nobody else may write meanwhile.
 */
export async function repairLeads(knex: Knex, update: string): Promise<void> {
  await lockBriefly(
    knex,
    `alter table leads disable trigger leads_touch;
    ${update};
    alter table leads enable trigger leads_touch`,
  );
}
