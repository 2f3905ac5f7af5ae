import type { Knex } from 'knex';
import { changeMails } from './outbox-changes';
import { claim, claimWithin } from './outbox-claim';
import { createOutboxDesk, type OutboxDesk } from './outbox-desk';
import type { ClaimedMail, MailHistory, MailState } from './outbox-types';

export type { ClaimedMail, MailHistory, MailKind, MailState, OutboxMail } from './outbox-types';

/**
 * Whatever is recorded about a mail counts only as long as the mail is still in the caller's hand:
 * a worker that comes late must not overwrite what another one found out. What ends it is also an
 * event of its lead.
 */
export interface OutboxRepository extends OutboxDesk {
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
  const settle = async (mail: ClaimedMail, values: Record<string, unknown>) => {
    const [state] = await changeMails(db, 'system', inHand(mail).update(values));
    return state;
  };
  const attempted = {
    attempts: db.raw('attempts + 1'),
    first_attempt_at: db.raw('coalesce(first_attempt_at, now())'),
    locked_until: null,
  };

  return {
    ...createOutboxDesk(db),

    claim: (ackMaxPerHour) =>
      ackMaxPerHour === undefined ? claim(db) : claimWithin(db, ackMaxPerHour),

    async markSent(mail, note) {
      const sent = { state: 'SENT', sent_at: db.fn.now(), last_error: note ?? null };
      await settle(mail, { ...attempted, ...sent });
    },

    async fail(mail, error) {
      await settle(mail, { ...attempted, state: 'FAILED', last_error: error });
    },

    retryLater(mail, error, { delaySeconds, giveUpHours }) {
      const end = "coalesce(first_attempt_at, now()) + ? * interval '1 hour'";
      const state = `case when ${end} <= now() then 'FAILED' else 'QUEUED' end::outbox_state`;
      // The last attempt comes when the time is up, not a whole step later.
      const next = `least(now() + ? * interval '1 second', ${end})`;
      return settle(mail, {
        ...attempted,
        state: db.raw(state, [giveUpHours]),
        next_attempt_at: db.raw(next, [delaySeconds, giveUpHours]),
        last_error: error,
      });
    },

    async skip(mail, reason) {
      await settle(mail, { state: 'SKIPPED', last_error: reason, locked_until: null });
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
