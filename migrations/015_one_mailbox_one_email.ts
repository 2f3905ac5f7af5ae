import type { Knex } from 'knex';
import { mailbox } from '../common/outbox/mailbox';
import { turn } from '../common/outbox/turn';
import { createIndexConcurrently } from './index-concurrently';
import { lockBriefly } from './lock-briefly';

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
  await knex.raw('grant update (gathered_into, gathered_at) on outbox to lead_internal');
  for (const [name, definition] of indexes) await createIndexConcurrently(knex, name, definition);
  await knex.raw('drop index concurrently if exists outbox_waiting');
  // Postgres knows nothing yet about the values of an expression, nor of an empty table.
  if (await knex('leads').first('id')) await knex.raw('analyze leads');
}

const indexes = [
  ['leads_by_mailbox', `leads (${mailbox('email')})`],
  ['outbox_by_turn', `outbox (kind, ${turn}, next_attempt_at, id) where ${isWaiting}`],
  [
    'outbox_notified',
    "outbox (sent_at) where kind = 'NOTIFICATION' and state = 'SENT' and gathered_into is null",
  ],
  ['outbox_gathered', 'outbox (gathered_into) where gathered_into is not null'],
  ['outbox_gathered_at', 'outbox (gathered_at) where gathered_at is not null'],
] as const;

/**
 * To an earlier version each gathered notification that waits is one by itself. The columns stay, so
 * that nothing is lost: they say which leads shared an email.
 */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update outbox set gathered_into = null where gathered_into is not null and ${isWaiting};
    create index outbox_waiting on outbox (next_attempt_at, id) where ${isWaiting};
    revoke update (gathered_into, gathered_at) on outbox from lead_internal;
  `);
  for (const [name] of indexes) await knex.raw('drop index if exists ??', [name]);
}
