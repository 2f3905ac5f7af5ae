import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { toClaimedEmail, type ClaimedEmail, type ClaimedRow, type EmailKind } from './types';

/**
 * Counting and claiming take turns: two at once would both see the last free place. One mail at a
 * time, because there may be a place for one more only.
 */
export function claimWithin(db: Knex, ackMaxPerHour: number): Promise<ClaimedEmail[]> {
  return db.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('acknowledgements of the hour'))");
    const { rows } = await trx.raw<{ rows: { is_full: boolean }[] }>(
      `select (select count(*) from outbox where kind = 'ACKNOWLEDGEMENT' and state = 'SENT'
          and sent_at > now() - interval '1 hour')
        + (select count(*) from outbox where kind = 'ACKNOWLEDGEMENT' and state = 'QUEUED'
          and locked_until > now()) >= ? as is_full`,
      [ackMaxPerHour],
    );
    return claim(trx, 1, rows[0]?.is_full ? ['NOTIFICATION'] : undefined);
  });
}

/**
 * Of several acknowledgements to one address the earliest goes out, whoever claims them in
 * whatever order: it counts as soon as it is queued.
 */
export async function claim(
  db: Knex,
  atMost: number,
  kinds: EmailKind[] = ['ACKNOWLEDGEMENT', 'NOTIFICATION'],
): Promise<ClaimedEmail[]> {
  const claiming = db.raw<{ rows: ClaimedRow[] }>(
    `with mail as (
      update outbox set locked_until = now() + interval '30 seconds'
      where id = any(array(
        select id from outbox
        where state = 'QUEUED' and next_attempt_at <= now() and kind = any(?::outbox_kind[])
          and (locked_until is null or locked_until <= now())
        order by next_attempt_at, id limit ?
        for update skip locked
      ))
      returning *
    )
    select mail.id, mail.kind, mail.attempts, mail.locked_until,
      lead.id as lead_id, lead.first_name, lead.last_name, lead.email,
      mail.kind = 'ACKNOWLEDGEMENT' and exists (
        select from leads as theirs join outbox as other on other.lead_id = theirs.id
        where lower(theirs.email) = lower(lead.email)
          and other.kind = 'ACKNOWLEDGEMENT' and other.id <> mail.id
          and (other.state = 'SENT' and other.sent_at > now() - interval '1 day'
            or other.state = 'QUEUED'
              and (other.created_at, other.id) < (mail.created_at, mail.id))
      ) as is_repeated
    from mail join leads as lead on lead.id = mail.lead_id
    order by mail.next_attempt_at, mail.id`,
    [kinds, atMost],
  );
  const { rows } = await claiming.options(preparedAs('claim mails'));
  return rows.map(toClaimedEmail);
}
