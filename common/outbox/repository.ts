import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { createOutboxAdmin } from './admin';
import { createClaim } from './claim';
import { countOthers } from './group';
import { recordRecipients, resetRecipients, selectRecipients } from './recipients';
import { hoursToRepeat, maxRepeats } from './repeats';
import { transition, transitionEmails } from './transition';
import {
  historyColumns,
  idsOf,
  type ClaimedEmail,
  type EmailState,
  type LeadEmail,
  type RecipientOutcome,
} from './types';

export type OutboxRepository = ReturnType<typeof createOutboxRepository>;

/** When a deferred email is tried again. Given up, it counts as sent if some recipients got it. */
export interface RetryPlan {
  delaySeconds: number;
  giveUpHours: number;
  isSentToSome?: boolean;
}

/**
 * The outbox as the mail worker and the pages use it. What is recorded about a claimed email is
 * ignored once the claim has ended: a late worker must not overwrite what the next one recorded.
 * Only that it was sent counts in any case. Each final outcome is also an event of the lead.
 * `recipients` are given where they do not all share the outcome of the email. Notifications that were
 * gathered share every record, so that they know their outcome when the email's own lead is deleted.
 */
export function createOutboxRepository(db: Knex) {
  const stillClaimed = (emails: ClaimedEmail[], trx: Knex = db) =>
    trx('outbox').whereRaw(
      '(id, locked_until) in (select * from unnest(?::uuid[], ?::timestamptz[]))',
      [emails.flatMap(idsOf), emails.flatMap((email) => idsOf(email).map(() => email.lockedUntil))],
    );

  const settle = (
    email: ClaimedEmail,
    values: Record<string, unknown>,
    recipients: RecipientOutcome[] = [],
  ) =>
    withRecipients(db, email, recipients, async (trx) => {
      const [changed] = await transitionEmails(
        trx,
        'system',
        stillClaimed([email], trx).update({ unanswered: email.unanswered || null, ...values }),
      );
      return changed?.state;
    });

  const unknown = ({ unanswered }: ClaimedEmail, error: string) => ({
    state: 'UNKNOWN',
    unanswered: unanswered + 1,
    next_attempt_at: db.raw("now() + ? * interval '1 hour'", [hoursToRepeat(unanswered + 1) ?? 0]),
    last_error: error,
  });
  const attempted = {
    attempts: db.raw('attempts + 1'),
    first_attempt_at: db.raw('coalesce(first_attempt_at, now())'),
    locked_until: null,
  };

  return {
    ...createOutboxAdmin(db),

    /** Claims the emails that are due longest, for 30 seconds. */
    claim: createClaim(db),

    /**
     * Claims it for another 30 seconds. Returns when that ends, or undefined if the claim had ended.
     * One that may have arrived is noted as such, in case this process dies before the reply.
     */
    async renew(email: ClaimedEmail, { mayHaveArrived }: { mayHaveArrived: boolean }) {
      const [row] = await stillClaimed([email])
        .update({
          locked_until: db.raw("now() + interval '30 seconds'"),
          ...(mayHaveArrived && unknown(email, 'DATA NO_REPLY')),
        })
        .returning<{ lockedUntil: string }[]>(db.raw('locked_until::text as "lockedUntil"'));
      return row?.lockedUntil;
    },

    markSent: (email: ClaimedEmail, recipients: RecipientOutcome[] = []) =>
      withRecipients(db, email, recipients, async (trx) => {
        if (email.gatheredIds.length > 0) await trx.raw(recordSent('any(?)'), [idsOf(email)]);
        else await trx.raw(recordOneSent, [email.id]).options(preparedAs('record sent email'));
        return 'SENT';
      }),

    fail: (email: ClaimedEmail, error: string, recipients?: RecipientOutcome[]) =>
      settle(email, { ...attempted, state: 'FAILED', last_error: error }, recipients),

    /** Returns its new state. */
    retryLater(
      email: ClaimedEmail,
      error: string,
      { delaySeconds, giveUpHours, isSentToSome = false }: RetryPlan,
      recipients?: RecipientOutcome[],
    ) {
      const end = "coalesce(first_attempt_at, now()) + ? * interval '1 hour'";
      const state = `case when ${end} <= now() then ? else 'QUEUED' end::outbox_state`;
      // The last attempt is made when the time is up, not a whole step later.
      const next = `least(now() + ? * interval '1 second', ${end})`;
      const values = {
        ...attempted,
        state: db.raw(state, [giveUpHours, isSentToSome ? 'SENT' : 'FAILED']),
        next_attempt_at: db.raw(next, [delaySeconds, giveUpHours]),
        last_error: error,
        ...(isSentToSome && { sent_at: db.raw('coalesce(sent_at, now())') }),
      };
      return settle(email, values, recipients);
    },

    /** The mail server never replied to its last line, so it may have arrived. */
    leaveUnknown: (email: ClaimedEmail, error: string, recipients?: RecipientOutcome[]) =>
      settle(email, { ...attempted, ...unknown(email, error) }, recipients),

    /** Ends its delivery, because what became of it could not be recorded: it is not repeated. */
    async stop(email: ClaimedEmail) {
      await db('outbox')
        .whereRaw('id = any(?::uuid[])', [idsOf(email)])
        .update({
          state: 'UNKNOWN',
          unanswered: maxRepeats + 1,
          last_error: 'RECORD FAILED',
          locked_until: null,
        });
    },

    skip: (email: ClaimedEmail, reason: string) =>
      settle(email, { state: 'SKIPPED', last_error: reason, locked_until: null }),

    /** Ends the claims without counting an attempt. */
    async release(emails: ClaimedEmail[]) {
      await stillClaimed(emails).update({ locked_until: null });
    },

    /**
     * Ends the claim without counting an attempt, and lets all that are due go first. A renewal may
     * have noted that the email may have arrived; it has not.
     */
    async postpone(email: ClaimedEmail) {
      const { state, lastError, unanswered } = email;
      await stillClaimed([email]).update({
        state,
        last_error: lastError,
        unanswered: unanswered || null,
        locked_until: null,
        next_attempt_at: db.fn.now(),
      });
    },

    /** Queues emails again that failed for a reason that was not theirs. */
    requeue: (ids: string[]) =>
      db.transaction(async (trx) => {
        const queued = { state: 'QUEUED', next_attempt_at: trx.fn.now(), last_error: null };
        const failed = trx('outbox')
          .whereRaw('(id = any(?::uuid[]) or gathered_into = any(?::uuid[]))', [ids, ids])
          .where({ state: 'FAILED' });
        const rows = await failed.update(queued).returning<{ id: string }[]>('id');
        await resetRecipients(
          trx,
          rows.map(({ id }) => id),
        );
      }),

    forLead: (leadId: string): Promise<LeadEmail[]> =>
      db('outbox')
        .where('lead_id', leadId)
        .orderBy('kind')
        .select(historyColumns, countOthers(db), selectRecipients(db)),
  };
}

const recordSent = (ids: string) =>
  transition(
    `update outbox set state = 'SENT', sent_at = coalesce(sent_at, now()), last_error = null,
      attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, now()),
      locked_until = null
    where id = ${ids} and state in ('QUEUED', 'UNKNOWN') returning outbox.*`,
    "'system'",
  );

/** In the SQL that `transitionEmails` builds, but always the same text: it runs for every email. */
const recordOneSent = recordSent('?');

/** Runs `change`, which returns the email's new state, with the record of the recipients. */
async function withRecipients(
  db: Knex,
  email: ClaimedEmail,
  recipients: RecipientOutcome[],
  change: (trx: Knex) => Promise<EmailState | undefined>,
): Promise<EmailState | undefined> {
  if (recipients.length === 0) return change(db);
  return db.transaction(async (trx) => {
    const state = await change(trx);
    const isGivenUp = state !== undefined && state !== 'QUEUED';
    // After the end of the claim, all that counts is who has got it.
    const known =
      state === undefined ? recipients.filter((each) => each.state === 'SENT') : recipients;
    const settled = known.map((each) =>
      isGivenUp && each.state === 'QUEUED' ? { ...each, state: 'FAILED' as const } : each,
    );
    await recordRecipients(trx, idsOf(email), settled);
    return state;
  });
}
