import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { maxRepeats, repeatAfterHours } from './repeats';
import type { ClaimedEmail, EmailKind } from './types';

/**
 * Claims one email, but no acknowledgement if `ackMaxPerHour` of them were sent within the last hour,
 * may have been, or are being sent. Workers take turns, because two would both count before either claims.
 */
export function claimWithinLimit(db: Knex, ackMaxPerHour: number): Promise<ClaimedEmail[]> {
  return db.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('acknowledgements of the hour'))");
    const { rows } = await trx.raw<{ rows: { is_full: boolean }[] }>(
      `select (select count(*) from outbox where kind = 'ACKNOWLEDGEMENT' and state = 'SENT'
          and sent_at > now() - interval '1 hour')
        + (select count(*) from outbox where kind = 'ACKNOWLEDGEMENT'
          and state in ('QUEUED', 'UNKNOWN') and (locked_until > now() or state = 'UNKNOWN'
            and next_attempt_at - coalesce((?::int[])[unanswered], 0) * interval '1 hour'
              > now() - interval '1 hour')) >= ? as is_full`,
      [[...repeatAfterHours], ackMaxPerHour],
    );
    return claim(trx, 1, rows[0]?.is_full ? ['NOTIFICATION'] : undefined);
  });
}

/**
 * Claims up to `atMost` emails. Of several acknowledgements to one address only the earliest is not
 * marked as repeated, in whatever order they are claimed, because a queued one counts already, and
 * so does one that may have arrived: as long as it is repeated, and for a day after its last attempt.
 */
export async function claim(
  db: Knex,
  atMost: number,
  kinds: EmailKind[] = ['ACKNOWLEDGEMENT', 'NOTIFICATION'],
): Promise<ClaimedEmail[]> {
  const claiming = db.raw<{ rows: ClaimedEmail[] }>(
    `with email as (
      update outbox set locked_until = now() + interval '30 seconds'
      where id = any(array(
        select id from outbox
        where state in ('QUEUED', 'UNKNOWN') and coalesce(unanswered, 0) <= ${maxRepeats}
          and next_attempt_at <= now() and kind = any(?::outbox_kind[])
          and (locked_until is null or locked_until <= now())
        order by next_attempt_at, id limit ?
        for update skip locked
      ))
      returning *
    )
    select email.id, email.kind, email.state, email.last_error as "lastError", email.attempts,
      coalesce(email.unanswered, 0) as unanswered,
      email.locked_until::text as "lockedUntil",
      json_build_object('id', lead.id, 'firstName', lead.first_name,
        'lastName', lead.last_name, 'email', lead.email) as lead,
      email.kind = 'ACKNOWLEDGEMENT' and exists (
        select from leads as same_address join outbox as other on other.lead_id = same_address.id
        where lower(same_address.email) = lower(lead.email)
          and other.kind = 'ACKNOWLEDGEMENT' and other.id <> email.id
          and (other.state = 'SENT' and other.sent_at > now() - interval '1 day'
            or (other.state = 'QUEUED' or other.state = 'UNKNOWN' and (
                other.unanswered <= ${maxRepeats} or other.next_attempt_at > now() - interval '1 day'))
              and (other.created_at, other.id) < (email.created_at, email.id))
      ) as "isRepeated",
      coalesce((
        select json_object_agg(encode(address_hash, 'hex'), state) from outbox_recipients
        where outbox_id = email.id
      ), '{}') as recipients
    from email join leads as lead on lead.id = email.lead_id
    order by email.next_attempt_at, email.id`,
    [kinds, atMost],
  );
  const { rows } = await claiming.options(preparedAs('claim emails'));
  return rows;
}
