import type { Knex } from 'knex';
import { mailbox } from '../common/outbox/mailbox';
import { turn } from '../common/outbox/turn';
import { createIndexConcurrently } from './index-concurrently';
import { lockBriefly, runConcurrently } from './lock-briefly';

/** Indexes are made without holding up submissions. A run that was broken off is repeated. */
export const config = { transaction: false };

const isWaiting = "state not in ('SENT', 'FAILED', 'SKIPPED', 'DISMISSED')";

/** Gathered notifications, and indexes for what the mail worker asks for with each claim. */
export async function up(knex: Knex): Promise<void> {
  await lockBriefly(
    knex,
    `alter table outbox
      add column if not exists gathered_into uuid references outbox on delete set null,
      add column if not exists gathered_at timestamptz(3)`,
  );
  await knex.raw(`
    grant update (gathered_into, gathered_at) on outbox to lead_internal;

    -- When the lead of a gathered email is deleted, the next lead gives the email its id, so that
    -- the others still share one.
    create or replace function outbox_pass_group_on() returns trigger
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      next_id uuid := (select id from outbox where gathered_into = old.id
        and exists (select from leads where id = lead_id) order by created_at, id limit 1);
    begin
      -- Unless they are being deleted together.
      if next_id is not null then
        update outbox set gathered_into = null, gathered_at = old.gathered_at where id = next_id;
        update outbox set gathered_into = next_id where gathered_into = old.id
          and exists (select from leads where id = lead_id);
      end if;
      return old;
    end $$;
    revoke all on function outbox_pass_group_on from public;
    create or replace trigger outbox_pass_group_on before delete on outbox
      for each row when (old.gathered_at is not null) execute function outbox_pass_group_on();
  `);
  for (const [name, definition] of indexes) await createIndexConcurrently(knex, name, definition);
  for (const name of replaced) {
    await runConcurrently(knex, `drop index concurrently if exists ${name}`);
  }
  await knex.raw('alter index outbox_sent_singly rename to outbox_sent'); // which 006 undoes
  // Postgres knows nothing yet about the values of an expression, nor of an empty table.
  if (await knex('leads').first('id')) await knex.raw('analyze leads');
}

const indexes = [
  ['leads_by_mailbox', `leads (${mailbox('email')})`],
  ['outbox_by_turn', `outbox (kind, ${turn}, next_attempt_at, id) where ${isWaiting}`],
  ['outbox_sent_singly', "outbox (kind, sent_at) where state = 'SENT' and gathered_into is null"],
  ['outbox_gathered', 'outbox (gathered_into) where gathered_into is not null'],
] as const;

const replaced = ['outbox_waiting', 'outbox_acknowledged', 'outbox_sent'];

/**
 * To an earlier version each gathered notification that waits is one by itself. The columns stay, so
 * that nothing is lost: they say which leads shared an email.
 */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger if exists outbox_pass_group_on on outbox;
    drop function if exists outbox_pass_group_on;
    drop index if exists outbox_sent;
    update outbox set gathered_into = null where gathered_into is not null and ${isWaiting};
    create index outbox_waiting on outbox (next_attempt_at, id) where ${isWaiting};
    create index outbox_acknowledged on outbox (sent_at)
      where kind = 'ACKNOWLEDGEMENT' and state = 'SENT';
    create index outbox_sent on outbox (kind, sent_at) where state = 'SENT';
    revoke update (gathered_into, gathered_at) on outbox from lead_internal;
  `);
  for (const [name] of indexes) await knex.raw('drop index if exists ??', [name]);
}
