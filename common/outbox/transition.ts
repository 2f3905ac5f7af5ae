import type { Knex } from 'knex';
import type { EmailState } from './types';

/**
 * Runs an update of emails and records an event for each, `MAIL_` and its new state, in the same
 * statement. An email that the system queues again is no event. Returns the new states.
 */
export async function transitionEmails(
  db: Knex,
  actor: string,
  update: Knex.QueryBuilder,
  options = {},
): Promise<EmailState[]> {
  const changing = db.raw<{ rows: { state: EmailState }[] }>(
    `with changed as (:update), recorded as (
      insert into audit_events (actor, action, lead_id, details)
      select :actor, 'MAIL_' || state::text, lead_id, jsonb_strip_nulls(
        jsonb_build_object('outbox_id', id, 'kind', kind, 'error', last_error))
      from changed where :actor <> 'system' or state <> 'QUEUED'
    )
    select state from changed`,
    { actor, update: update.returning('outbox.*') },
  );
  const { rows } = await changing.options(options);
  return rows.map(({ state }) => state);
}
