import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { changeMails } from './transition';
import { claim, claimWithin } from './claim';
import { createOutboxDesk, type OutboxDesk } from './admin';
import type { ClaimedMail, MailHistory, MailState, SentMail } from './types';

export type { ClaimedMail, MailHistory, MailKind, MailState, OutboxMail, SentMail } from './types';

/**
 * Whatever is recorded about a mail counts only as long as the mail is still in the caller's hand:
 * a worker that comes late must not overwrite what another one found out. What ends it is also an
 * event of its lead.
 */
export interface OutboxRepository extends OutboxDesk {
  /** Takes up the mails that are due for longest; they belong to the caller for 30 seconds. */
  claim(atMost: number, ackMaxPerHour?: number): Promise<ClaimedMail[]>;
  markSent(sent: SentMail[]): Promise<void>;
  fail(mail: ClaimedMail, error: string): Promise<void>;
  /** Fails it instead when its first attempt was `giveUpHours` ago. Answers the state it is in. */
  retryLater(
    mail: ClaimedMail,
    error: string,
    after: { delaySeconds: number; giveUpHours: number },
  ): Promise<MailState | undefined>;
  skip(mail: ClaimedMail, reason: string): Promise<void>;
  /** Gives them back as if nobody had tried. */
  release(mails: ClaimedMail[]): Promise<void>;
  forLead(leadId: string): Promise<MailHistory[]>;
}

export function createOutboxRepository(db: Knex): OutboxRepository {
  const inHand = ({ id, lockedUntil }: ClaimedMail) =>
    db('outbox').where({ id, locked_until: lockedUntil });
  const inHands = (sent: SentMail[]) =>
    db('outbox')
      .updateFrom(
        db.raw('unnest(?::uuid[], ?::timestamptz[], ?::text[]) as hand (id, locked_until, note)', [
          sent.map(({ mail }) => mail.id),
          sent.map(({ mail }) => mail.lockedUntil),
          sent.map(({ note = '' }) => note),
        ]),
      )
      .whereRaw('outbox.id = hand.id and outbox.locked_until = hand.locked_until');
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

    claim: (atMost, ackMaxPerHour) =>
      ackMaxPerHour === undefined ? claim(db, atMost) : claimWithin(db, ackMaxPerHour),

    async markSent(sent) {
      const values = {
        state: 'SENT',
        sent_at: db.fn.now(),
        last_error: db.raw("nullif(hand.note, '')"),
      };
      const update = inHands(sent).update({ ...attempted, ...values });
      await changeMails(db, 'system', update, preparedAs('record sent mails'));
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

    async release(mails) {
      await inHands(mails.map((mail) => ({ mail }))).update({ locked_until: null });
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
