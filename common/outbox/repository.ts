import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { createOutboxAdmin } from './admin';
import { claim, claimWithinLimit } from './claim';
import { transitionEmails } from './transition';
import { historyColumns, type ClaimedEmail, type EmailHistory } from './types';

export type OutboxRepository = ReturnType<typeof createOutboxRepository>;

/**
 * The outbox as the mail worker and the pages use it. What is recorded about a claimed email is
 * ignored once the claim has ended: a late worker must not overwrite what the next one recorded.
 * Each final outcome is also an event of the lead.
 */
export function createOutboxRepository(db: Knex) {
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

    /** Claims the emails that are due longest, for 30 seconds. */
    claim: (atMost: number, ackMaxPerHour?: number) =>
      ackMaxPerHour === undefined ? claim(db, atMost) : claimWithinLimit(db, ackMaxPerHour),

    /** `note` names the recipients that were refused while others accepted. */
    async markSent(email: ClaimedEmail, note?: string) {
      const sent = { state: 'SENT', sent_at: db.fn.now(), last_error: note ?? null };
      await settle(email, { ...attempted, ...sent }, preparedAs('record sent email'));
    },

    async fail(email: ClaimedEmail, error: string) {
      await settle(email, { ...attempted, state: 'FAILED', last_error: error });
    },

    /** Fails it instead if its first attempt was `giveUpHours` ago. Returns its new state. */
    retryLater(
      email: ClaimedEmail,
      error: string,
      { delaySeconds, giveUpHours }: { delaySeconds: number; giveUpHours: number },
    ) {
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

    async skip(email: ClaimedEmail, reason: string) {
      await settle(email, { state: 'SKIPPED', last_error: reason, locked_until: null });
    },

    /** Ends the claims without counting an attempt. */
    async release(emails: ClaimedEmail[]) {
      await stillClaimed(emails).update({ locked_until: null });
    },

    forLead: (leadId: string): Promise<EmailHistory[]> =>
      db('outbox').where('lead_id', leadId).orderBy('kind').select(historyColumns),
  };
}
