import type { Knex } from 'knex';

/**
 * Emails that may have arrived, and what became of a notification at each of its recipients, where
 * that differs: no rows mean that all of them share the email's outcome. `unanswered` counts attempts
 * whose outcome is unknown; it is null until the first, so that undoing this loses nothing where
 * there was none.
 */
export async function up(knex: Knex): Promise<void> {
  // The same transaction may not use the new value, so the index leaves out all others but QUEUED.
  await knex.raw(`
    alter type outbox_state add value if not exists 'UNKNOWN' after 'SENT';

    alter table outbox add column unanswered integer check (unanswered > 0);
    drop index outbox_waiting;
    create index outbox_waiting on outbox (next_attempt_at, id)
      where state not in ('SENT', 'FAILED', 'SKIPPED', 'DISMISSED');
    grant update (unanswered) on outbox to lead_internal;

    create table outbox_recipients (
      outbox_id uuid not null references outbox on delete cascade,
      address_hash bytea not null check (octet_length(address_hash) = 32),
      state outbox_state not null,
      last_error text,
      updated_at timestamptz(3) not null default now(),
      primary key (outbox_id, address_hash)
    );
    create index outbox_recipients_refused on outbox_recipients (updated_at)
      where state = 'FAILED';
    grant select, insert, update (state, last_error, updated_at)
      on outbox_recipients to lead_internal;
  `);
}

/**
 * An earlier version knows neither unknown outcomes nor recipients, and must not send these emails
 * again by itself. The value of the type stays: Postgres cannot remove one.
 */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update outbox set state = 'FAILED' where state = 'UNKNOWN' or state = 'QUEUED' and exists (
      select from outbox_recipients where outbox_id = outbox.id
        and outbox_recipients.state in ('SENT', 'UNKNOWN'));
    drop table outbox_recipients;
    drop index outbox_waiting;
    create index outbox_waiting on outbox (next_attempt_at, id) where state = 'QUEUED';
    alter table outbox drop column unanswered;
  `);
}
