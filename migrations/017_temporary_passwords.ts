import type { Knex } from 'knex';
import { lockBriefly } from './lock-briefly';

export const config = { transaction: false };

/** Passwords that somebody else chose. Those of existing accounts stay as they are. */
export async function up(knex: Knex): Promise<void> {
  await lockBriefly(
    knex,
    `alter table accounts
      add column if not exists must_change_password boolean not null default false`,
  );
  await knex.raw('grant update (must_change_password) on accounts to lead_internal');
}

/** The column stays, so that nothing is lost: an earlier version does not read it. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('revoke update (must_change_password) on accounts from lead_internal');
}
