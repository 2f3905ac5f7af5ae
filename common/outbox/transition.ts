import type { Knex } from 'knex';
import type { EmailState } from './types';

export interface ChangedEmail {
  id: string;
  state: EmailState;
}

/**
 * Runs an update of emails and records an event for each, `MAIL_` and its new state, in the same
 * statement. An email that the system queues again is no event. Returns the changed emails.
 */
export async function transitionEmails(
  db: Knex,
  actor: string,
  update: Knex.QueryBuilder,
): Promise<ChangedEmail[]> {
  const { rows } = await db.raw<{ rows: ChangedEmail[] }>(transition(':update', ':actor'), {
    actor,
    update: update.returning('outbox.*'),
  });
  return rows;
}

/** The SQL of a transition; `update` returns all columns. */
export function transition(update: string, actor: string): string {
  return `with changed as (${update}), recorded as (
      insert into audit_events (actor, action, lead_id, details)
      select ${actor}, 'MAIL_' || state::text, lead_id, jsonb_strip_nulls(
        jsonb_build_object('outbox_id', id, 'kind', kind, 'error', last_error))
      from changed where ${actor} <> 'system' or state <> 'QUEUED'
    )
    select id, state from changed`;
}
