import type { Knex } from 'knex';
import {
  toClaimedMail,
  type ClaimedMail,
  type ClaimedRow,
  type MailHistory,
  type MailKind,
  type MailState,
} from './outbox-types';

export type { ClaimedMail, MailHistory, MailKind, MailState } from './outbox-types';

/**
 * Whatever is recorded about a mail counts only as long as the mail is still in the caller's hand:
 * a worker that comes late must not overwrite what another one found out.
 */
export interface OutboxRepository {
  /** Takes up the mail that is due for longest; it belongs to the caller for 30 seconds. */
  claim(ackMaxPerHour?: number): Promise<ClaimedMail | undefined>;
  /** The note tells of recipients that were refused while others accepted. */
  markSent(mail: ClaimedMail, note?: string): Promise<void>;
  fail(mail: ClaimedMail, error: string): Promise<void>;
  /** Fails it instead when its first attempt was `giveUpHours` ago. Answers the state it is in. */
  retryLater(
    mail: ClaimedMail,
    error: string,
    after: { delaySeconds: number; giveUpHours: number },
  ): Promise<MailState | undefined>;
  skip(mail: ClaimedMail, reason: string): Promise<void>;
  /** Gives it back as if nobody had tried. */
  release(mail: ClaimedMail): Promise<void>;
  forLead(leadId: string): Promise<MailHistory[]>;
}

export function createOutboxRepository(db: Knex): OutboxRepository {
  const inHand = ({ id, lockedUntil }: ClaimedMail) =>
    db('outbox').where({ id, locked_until: lockedUntil });
  const attempted = {
    attempts: db.raw('attempts + 1'),
    first_attempt_at: db.raw('coalesce(first_attempt_at, now())'),
    locked_until: null,
  };

  return {
    claim: (ackMaxPerHour) =>
      ackMaxPerHour === undefined ? claim(db) : claimWithin(db, ackMaxPerHour),

    async markSent(mail, note) {
      const sent = { state: 'SENT', sent_at: db.fn.now(), last_error: note ?? null };
      await inHand(mail).update({ ...attempted, ...sent });
    },

    async fail(mail, error) {
      await inHand(mail).update({ ...attempted, state: 'FAILED', last_error: error });
    },

    async retryLater(mail, error, { delaySeconds, giveUpHours }) {
      const end = "coalesce(first_attempt_at, now()) + ? * interval '1 hour'";
      const state = `case when ${end} <= now() then 'FAILED' else 'QUEUED' end::outbox_state`;
      // The last attempt comes when the time is up, not a whole step later.
      const next = `least(now() + ? * interval '1 second', ${end})`;
      const [row] = await inHand(mail)
        .update({
          ...attempted,
          state: db.raw(state, [giveUpHours]),
          next_attempt_at: db.raw(next, [delaySeconds, giveUpHours]),
          last_error: error,
        })
        .returning<{ state: MailState }[]>('state');
      return row?.state;
    },

    async skip(mail, reason) {
      await inHand(mail).update({ state: 'SKIPPED', last_error: reason, locked_until: null });
    },

    async release(mail) {
      await inHand(mail).update({ locked_until: null });
    },

    forLead: (leadId) =>
      db<MailHistory>('outbox').where('lead_id', leadId).orderBy('kind').select({
        id: 'id',
        kind: 'kind',
        state: 'state',
        attempts: 'attempts',
        nextAttemptAt: 'next_attempt_at',
        lastError: 'last_error',
        sentAt: 'sent_at',
      }),
  };
}

/** Counting and claiming take turns: two at once would both see the last free place. */
function claimWithin(db: Knex, ackMaxPerHour: number): Promise<ClaimedMail | undefined> {
  return db.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('acknowledgements of the hour'))");
    const { rows } = await trx.raw<{ rows: { is_full: boolean }[] }>(
      `select (select count(*) from outbox where kind = 'ACKNOWLEDGEMENT' and state = 'SENT'
          and sent_at > now() - interval '1 hour')
        + (select count(*) from outbox where kind = 'ACKNOWLEDGEMENT' and state = 'QUEUED'
          and locked_until > now()) >= ? as is_full`,
      [ackMaxPerHour],
    );
    return claim(trx, rows[0]?.is_full ? ['NOTIFICATION'] : undefined);
  });
}

/**
 * Of several acknowledgements to one address the earliest goes out, whoever claims them in
 * whatever order: it counts as soon as it is queued.
 */
async function claim(
  db: Knex,
  kinds: MailKind[] = ['ACKNOWLEDGEMENT', 'NOTIFICATION'],
): Promise<ClaimedMail | undefined> {
  const { rows } = await db.raw<{ rows: ClaimedRow[] }>(
    `with mail as (
      update outbox set locked_until = now() + interval '30 seconds'
      where id = (
        select id from outbox
        where state = 'QUEUED' and next_attempt_at <= now() and kind = any(?::outbox_kind[])
          and (locked_until is null or locked_until <= now())
        order by next_attempt_at, id limit 1
        for update skip locked
      )
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
    from mail join leads as lead on lead.id = mail.lead_id`,
    [kinds],
  );
  const [row] = rows;
  return row && toClaimedMail(row);
}
