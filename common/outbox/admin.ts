import type { Knex } from 'knex';
import type { PageRequest } from '../database/cursor';
import { selectPage, type Sort } from '../database/keyset';
import { transitionEmails } from './transition';
import { emailStates, historyColumns, type EmailState, type OutboxEmail } from './types';

export interface OutboxQuery extends PageRequest {
  state: EmailState;
}

/** A count above `countedAtMost` stands for any larger number. */
export type EmailCounts = Record<EmailState, number>;

export const countedAtMost = 10_000;

export const outboxSort = 'outbox';

const newestFirst: Sort<OutboxEmail> = {
  name: outboxSort,
  order: 'desc',
  columns: [
    ['createdAt', 'outbox.created_at'],
    ['id', 'outbox.id'],
  ],
};

/**
 * What administrators see and do in the outbox. Each change records an event. A change of one email
 * returns false, and changes nothing, if the email does not exist or its state forbids it.
 */
export function createOutboxAdmin(db: Knex) {
  const asNew = {
    state: 'QUEUED',
    attempts: 0,
    first_attempt_at: null,
    next_attempt_at: db.fn.now(),
    locked_until: null,
    last_error: null,
  };
  const change = async (actor: string, update: Knex.QueryBuilder) =>
    (await transitionEmails(db, actor, update)).length;

  return {
    list: ({ state, ...request }: OutboxQuery) =>
      selectPage<OutboxEmail>(
        selectEmails(db).where({ 'outbox.state': state }),
        newestFirst,
        request,
      ),

    find: (id: string) =>
      selectEmails(db).where({ 'outbox.id': id }).first<OutboxEmail | undefined>(),

    counts: () => countEmails(db),

    /** Queues a failed or dismissed email as if it were new, and makes a planned one due now. */
    async resend(id: string, actor: string) {
      const email = db('outbox').where({ id });
      const ended = email.clone().whereIn('state', ['FAILED', 'DISMISSED']);
      const planned = email
        .where({ state: 'QUEUED' })
        .whereRaw(`next_attempt_at > now() and not ${isClaimed}`);
      return (
        (await change(actor, ended.update(asNew))) > 0 ||
        (await change(actor, planned.update({ next_attempt_at: db.fn.now() }))) > 0
      );
    },

    /** Queues every failed email, and returns how many there were. */
    resendFailed(actor: string) {
      // Skips an email that somebody else is changing at this moment: that change wins.
      const failed = db('outbox').where({ state: 'FAILED' }).select('id').forUpdate().skipLocked();
      return change(actor, db('outbox').whereIn('id', failed).update(asNew));
    },

    /** Dismisses a failed email, or a queued one that no worker is sending at this moment. */
    async dismiss(id: string, actor: string) {
      const changeable = db('outbox')
        .where({ id })
        .whereRaw(`(state = 'FAILED' or state = 'QUEUED' and not ${isClaimed})`);
      const dismissed = changeable.update({ state: 'DISMISSED', locked_until: null });
      return (await change(actor, dismissed)) > 0;
    },
  };
}

const isClaimed = 'coalesce(outbox.locked_until > now(), false)';

function selectEmails(db: Knex): Knex.QueryBuilder {
  return db('outbox')
    .join('leads', 'leads.id', 'outbox.lead_id')
    .select(db.raw(`outbox.state = 'QUEUED' and ${isClaimed} as "isClaimed"`), {
      ...historyColumns,
      createdAt: 'outbox.created_at',
      leadId: 'leads.id',
      firstName: 'leads.first_name',
      lastName: 'leads.last_name',
    });
}

async function countEmails(db: Knex): Promise<EmailCounts> {
  // Ordered like the index, so that Postgres also uses it for a state that has no email.
  const { rows } = await db.raw<{ rows: { state: EmailState; n: number }[] }>(
    `select state, (
      select count(*) from (
        select from outbox where outbox.state = each.state order by created_at limit ?
      ) as counted
    )::int as n from unnest(?::outbox_state[]) as each (state)`,
    [countedAtMost + 1, [...emailStates]],
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n])) as EmailCounts;
}
