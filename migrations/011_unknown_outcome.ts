import type { Knex } from 'knex';

/**
 * The state of an email that may have arrived. A migration of its own, because a new value cannot be
 * used by the transaction that adds it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("alter type outbox_state add value if not exists 'UNKNOWN' after 'SENT'");
}

/** Postgres cannot remove a value of a type. Nothing uses it once 012 is undone. */
export async function down(): Promise<void> {
  // nothing
}
