import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { createOutboxAdmin, type OutboxAdmin } from './admin';
import { claim, claimWithinLimit } from './claim';
import { transitionEmails } from './transition';
import type { ClaimedEmail, EmailHistory, EmailState } from './types';

/**
 * The outbox as the mail worker and the pages use it. What is recorded about a claimed email is
 * ignored once the claim has ended: a late worker must not overwrite what the next one recorded.
 * Each final outcome is also an event of the lead.
 */
export interface OutboxRepository extends OutboxAdmin {
  /** Claims the emails that are due longest, for 30 seconds. */
  claim(atMost: number, ackMaxPerHour?: number): Promise<ClaimedEmail[]>;
  /** `note` names the recipients that were refused while others accepted. */
  markSent(email: ClaimedEmail, note?: string): Promise<void>;
  fail(email: ClaimedEmail, error: string): Promise<void>;
  /** Fails it instead if its first attempt was `giveUpHours` ago. Returns its new state. */
  retryLater(
    email: ClaimedEmail,
    error: string,
    after: { delaySeconds: number; giveUpHours: number },
  ): Promise<EmailState | undefined>;
  skip(email: ClaimedEmail, reason: string): Promise<void>;
  /** Ends the claims without counting an attempt. */
  release(emails: ClaimedEmail[]): Promise<void>;
  forLead(leadId: string): Promise<EmailHistory[]>;
}

export function createOutboxRepository(db: Knex): OutboxRepository {
  const stillClaimed = (emails: ClaimedEmail[]) =>
    db('outbox').whereIn(
      ['id', 'locked_until'],
      emails.map(({ id, lockedUntil }) => [id, lockedUntil]),
    );
  const settle = async (email: ClaimedEmail, values: Record<string, unknown>, options = {}) => {
    const update = stillClaimed([email]).update(values);
    const [state] = await transitionEmails(db, 'system', update, options);
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
      ackMaxPerHour === undefined ? claim(db, atMost) : claimWithinLimit(db, ackMaxPerHour),

    async markSent(email, note) {
      const sent = { state: 'SENT', sent_at: db.fn.now(), last_error: note ?? null };
      await settle(email, { ...attempted, ...sent }, preparedAs('record sent email'));
    },

    async fail(email, error) {
      await settle(email, { ...attempted, state: 'FAILED', last_error: error });
    },

    retryLater(email, error, { delaySeconds, giveUpHours }) {
      const end = "coalesce(first_attempt_at, now()) + ? * interval '1 hour'";
      const state = `case when ${end} <= now() then 'FAILED' else 'QUEUED' end::outbox_state`;
      // The last attempt is made when the time is up, not a whole step later.
      const next = `least(now() + ? * interval '1 second', ${end})`;
      return settle(email, {
        ...attempted,
        state: db.raw(state, [giveUpHours]),
        next_attempt_at: db.raw(next, [delaySeconds, giveUpHours]),
        last_error: error,
      });
    },

    async skip(email, reason) {
      await settle(email, { state: 'SKIPPED', last_error: reason, locked_until: null });
    },

    async release(emails) {
      await stillClaimed(emails).update({ locked_until: null });
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
