import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { freeLeftBehind, gatherNotifications } from './gather';
import { mailbox } from './mailbox';
import { maxRepeats, repeatAfterHours } from './repeats';
import { selectDue, turn, turns } from './turn';
import type { ClaimedEmail, EmailKind } from './types';

/** The most emails of a kind within an hour; undefined for no limit. */
export interface HourlyLimits {
  acknowledgements?: number;
  notifications?: number;
}

/** How many leads a gathered email names, its own included. */
export const namedLeads = 50;

/** So many left are not used up within a second, whatever number of workers there is. */
const far = 10_000;
const farMs = 1000;

/** Returns a function that claims emails for one worker. */
export function createClaim(db: Knex) {
  const countAgainAt = new Map<EmailKind, number>();

  /** How many emails of a kind may be claimed now, `atMost` if that is more. */
  async function leftOf(trx: Knex, kind: EmailKind, atMost: number, limit = Infinity) {
    if (limit === Infinity || performance.now() < (countAgainAt.get(kind) ?? 0)) return atMost;
    const left = limit - (await countOfHour(trx, kind, limit));
    if (left > far) countAgainAt.set(kind, performance.now() + farMs);
    return Math.max(0, Math.min(atMost, left));
  }

  /**
   * Claims up to `atMost` emails that are due. What exceeds a limit waits, or is gathered. Workers take
   * turns, because two would both count before either claims.
   */
  return (atMost: number, limits: HourlyLimits = {}): Promise<ClaimedEmail[]> =>
    db.transaction(async (trx) => {
      await trx.raw(takeTurn);
      const left = {
        acknowledgements: await leftOf(trx, 'ACKNOWLEDGEMENT', atMost, limits.acknowledgements),
        notifications: await leftOf(trx, 'NOTIFICATION', atMost, limits.notifications),
      };
      if (left.notifications === 0) await gatherNotifications(trx);
      const emails = await claimDue(trx, atMost, left);
      if (emails.length === 0) await freeLeftBehind(trx);
      return emails;
    });
}

// To plan the claim takes longer than to run it, and no number that is given changes the plan.
const takeTurn = `select pg_advisory_xact_lock(hashtext('acknowledgements of the hour')),
  set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * Counts, up to `atMost`, the emails that were sent within the last hour, may have been, or are being
 * sent. A gathered one counts once. So does a notification that waits for another attempt: some
 * attorneys may have got it, and the others will.
 */
async function countOfHour(trx: Knex, kind: EmailKind, atMost: number): Promise<number> {
  const isDeferred = `kind = 'NOTIFICATION' and first_attempt_at > now() - interval '1 hour'`;
  const counting = trx.raw<{ rows: { n: number }[] }>(
    `select (select count(*) from (
        select from outbox where kind = '${kind}' and state = 'SENT' and gathered_into is null
          and sent_at > now() - interval '1 hour' limit ?) as sent)::int
      + (select count(*) from outbox where kind = '${kind}' and ${turn} = ${turns.begun}
        and state in ('QUEUED', 'UNKNOWN') and (locked_until > now() or ${isDeferred} or state = 'UNKNOWN'
          and next_attempt_at - coalesce((?::int[])[unanswered], 0) * interval '1 hour'
            > now() - interval '1 hour'))::int as n`,
    [atMost, [...repeatAfterHours]],
  );
  const { rows } = await counting.options(preparedAs(`count ${kind.toLowerCase()}s`));
  return rows[0]?.n ?? 0;
}

/**
 * Of several acknowledgements to one mailbox only the earliest is not marked as repeated, in whatever
 * order they are claimed, because a queued one counts already, and so does one that may have arrived:
 * as long as it is repeated, and for a day after its last attempt.
 */
async function claimDue(
  trx: Knex,
  atMost: number,
  left: Required<HourlyLimits>,
): Promise<ClaimedEmail[]> {
  const claiming = trx.raw<{ rows: ClaimedEmail[] }>(claimSql, { atMost, ...left });
  const { rows } = await claiming.options(preparedAs('claim emails'));
  return rows;
}

const acknowledgementsDue = `(select id, next_attempt_at from (
    select * from ${selectDue('ACKNOWLEDGEMENT', 'untouched', ':acknowledgements')} as untouched
    union all
    select * from ${selectDue('ACKNOWLEDGEMENT', 'begun', ':acknowledgements')} as begun
  ) as acknowledgements order by next_attempt_at, id limit :acknowledgements)`;

const isRepeated = `email.kind = 'ACKNOWLEDGEMENT' and exists (
  select from leads as same_mailbox join outbox as other on other.lead_id = same_mailbox.id
  where ${mailbox('same_mailbox.email')} = ${mailbox('lead.email')}
    and other.kind = 'ACKNOWLEDGEMENT' and other.id <> email.id
    and (other.state = 'SENT' and other.sent_at > now() - interval '1 day'
      or (other.state = 'QUEUED' or other.state = 'UNKNOWN' and (
          other.unanswered <= ${maxRepeats} or other.next_attempt_at > now() - interval '1 day'))
        and (other.created_at, other.id) < (email.created_at, email.id)))`;

const leadColumns = `json_build_object('id', lead.id, 'firstName', lead.first_name,
  'lastName', lead.last_name, 'email', lead.email)`;

// The kinds take turns, so that many acknowledgements hold up no notification.
const claimSql = `with email as (
    update outbox set locked_until = now() + interval '30 seconds'
    where id = any(array(
      select id from (
        select *, 'ACKNOWLEDGEMENT'::outbox_kind as kind from ${acknowledgementsDue} as acknowledgement
        union all
        select *, 'NOTIFICATION' from ${selectDue('NOTIFICATION', 'untouched', ':notifications')} as untouched
        union all
        select *, 'NOTIFICATION' from ${selectDue('NOTIFICATION', 'begun', ':atMost')} as begun
      ) as due order by row_number() over (partition by kind order by next_attempt_at, id), kind desc
      limit :atMost))
    returning *
  ), member as (
    update outbox set locked_until = now() + interval '30 seconds'
    where gathered_into = any(array(select id from email)) and state in ('QUEUED', 'UNKNOWN')
    returning id, gathered_into, lead_id, created_at
  )
  select email.id, email.kind, email.state, email.last_error as "lastError", email.attempts,
    coalesce(email.unanswered, 0) as unanswered,
    email.locked_until::text as "lockedUntil", ${leadColumns} as lead,
    ${isRepeated} as "isRepeated",
    coalesce((
      select json_object_agg(encode(address_hash, 'hex'), state) from outbox_recipients
      where outbox_id = any(array(
        select email.id union all select id from member where gathered_into = email.id))
    ), '{}') as recipients,
    coalesce((select json_agg(id) from member where gathered_into = email.id), '[]')
      as "gatheredIds",
    coalesce((
      select json_agg(${leadColumns} order by first.created_at, first.id) from (
        select * from member where gathered_into = email.id
        order by created_at, id limit ${namedLeads - 1}
      ) as first join leads as lead on lead.id = first.lead_id
    ), '[]') as "gatheredLeads"
  from email join leads as lead on lead.id = email.lead_id
  order by row_number() over (partition by kind order by email.next_attempt_at, email.id), kind desc`;
