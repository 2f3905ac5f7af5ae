import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { transitionEmails } from './transition';
import { claim, claimWithin } from './claim';
import { createOutboxAdmin, type OutboxAdmin } from './admin';
import type { ClaimedEmail, EmailHistory, EmailState, SentEmail } from './types';

export type {
  ClaimedEmail,
  EmailHistory,
  EmailKind,
  EmailState,
  OutboxEmail,
  SentEmail,
} from './types';

/**
 * Whatever is recorded about a mail counts only as long as the mail is still in the caller's hand:
 * a worker that comes late must not overwrite what another one found out. What ends it is also an
 * event of its lead.
 */
export interface OutboxRepository extends OutboxAdmin {
  /** Takes up the mails that are due for longest; they belong to the caller for 30 seconds. */
  claim(atMost: number, ackMaxPerHour?: number): Promise<ClaimedEmail[]>;
  markSent(sent: SentEmail[]): Promise<void>;
  fail(mail: ClaimedEmail, error: string): Promise<void>;
  /** Fails it instead when its first attempt was `giveUpHours` ago. Answers the state it is in. */
  retryLater(
    mail: ClaimedEmail,
    error: string,
    after: { delaySeconds: number; giveUpHours: number },
  ): Promise<EmailState | undefined>;
  skip(mail: ClaimedEmail, reason: string): Promise<void>;
  /** Gives them back as if nobody had tried. */
  release(mails: ClaimedEmail[]): Promise<void>;
  forLead(leadId: string): Promise<EmailHistory[]>;
}

export function createOutboxRepository(db: Knex): OutboxRepository {
  const inHand = ({ id, lockedUntil }: ClaimedEmail) =>
    db('outbox').where({ id, locked_until: lockedUntil });
  const inHands = (sent: SentEmail[]) =>
    db('outbox')
      .updateFrom(
        db.raw('unnest(?::uuid[], ?::timestamptz[], ?::text[]) as hand (id, locked_until, note)', [
          sent.map(({ mail }) => mail.id),
          sent.map(({ mail }) => mail.lockedUntil),
          sent.map(({ note = '' }) => note),
        ]),
      )
      .whereRaw('outbox.id = hand.id and outbox.locked_until = hand.locked_until');
  const settle = async (mail: ClaimedEmail, values: Record<string, unknown>) => {
    const [state] = await transitionEmails(db, 'system', inHand(mail).update(values));
    return state;
  };
  const attempted = {
    attempts: db.raw('attempts + 1'),
    first_attempt_at: db.raw('coalesce(first_attempt_at, now())'),
    locked_until: null,
  };

  return {
    ...createOutboxAdmin(db),

    claim: (atMost, ackMaxPerHour) =>
      ackMaxPerHour === undefined ? claim(db, atMost) : claimWithin(db, ackMaxPerHour),

    async markSent(sent) {
      const values = {
        state: 'SENT',
        sent_at: db.fn.now(),
        last_error: db.raw("nullif(hand.note, '')"),
      };
      const update = inHands(sent).update({ ...attempted, ...values });
      await transitionEmails(db, 'system', update, preparedAs('record sent mails'));
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
      db<EmailHistory>('outbox').where('lead_id', leadId).orderBy('kind').select({
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
