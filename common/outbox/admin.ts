import type { Knex } from 'knex';
import type { PageRequest } from '../database/cursor';
import { selectPage, type Sort } from '../database/keyset';
import { countOthers, leaveGroup, withMembers, withOthers } from './group';
import { refusedRecipients, resetRecipients, selectRecipients } from './recipients';
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
    unanswered: null,
    first_attempt_at: null,
    next_attempt_at: db.fn.now(),
    locked_until: null,
    last_error: null,
  };
  /** So that what somebody asks for waits for no limit, and is gathered into nothing. */
  const asBegun = () => ({ locked_until: db.raw("now() - interval '1 second'") });
  const change = async (actor: string, update: Knex.QueryBuilder) =>
    (await transitionEmails(db, actor, update)).length;
  const queueAsNew = (
    actor: string,
    select: (trx: Knex) => Knex.QueryBuilder,
    values: object = {},
  ) =>
    db.transaction(async (trx) => {
      const update = select(trx).update({ ...asNew, ...values });
      const queued = await transitionEmails(trx, actor, update);
      await resetRecipients(
        trx,
        queued.map(({ id }) => id),
      );
      return queued.length;
    });

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

    /**
     * Queues an email as if it were new that ended without being sent, or not to all of its
     * recipients: those who got it do not get it again. Makes a planned one due now, with those that
     * were gathered with it.
     */
    async resend(id: string, actor: string) {
      const ended = (trx: Knex) =>
        withMembers(trx, id).whereRaw(`not ${isClaimed} and (${isEnded})`);
      const planned = withOthers(db, id)
        .where({ state: 'QUEUED' })
        .whereRaw(`next_attempt_at > now() and not ${isClaimed}`);
      return (
        (await queueAsNew(actor, ended, { ...leaveGroup(db, id), ...asBegun() })) > 0 ||
        (await change(actor, planned.update({ next_attempt_at: db.fn.now() }))) > 0
      );
    },

    /** Queues every failed email, and returns how many there were. */
    resendFailed: (actor: string) =>
      // Skips an email that somebody else is changing at this moment: that change wins.
      queueAsNew(actor, (trx) =>
        trx('outbox').whereIn(
          'id',
          trx('outbox').where({ state: 'FAILED' }).select('id').forUpdate().skipLocked(),
        ),
      ),

    refusedRecipients: () => refusedRecipients(db),

    /**
     * Dismisses an email that is not sent yet, and that no worker is sending at this moment. One that
     * carries others is dismissed with them; one that goes with another leaves it.
     */
    async dismiss(id: string, actor: string) {
      const changeable = withMembers(db, id)
        .whereIn('state', ['FAILED', 'UNKNOWN', 'QUEUED'])
        .whereRaw(`not ${isClaimed}`);
      const dismissed = { state: 'DISMISSED', locked_until: null, ...leaveGroup(db, id) };
      return (await change(actor, changeable.update(dismissed))) > 0;
    },
  };
}

const isClaimed = 'coalesce(outbox.locked_until > now(), false)';
const isEnded = `outbox.state in ('FAILED', 'UNKNOWN', 'DISMISSED') or outbox.state = 'SENT' and exists (
  select from outbox_recipients where outbox_id = outbox.id and outbox_recipients.state = 'FAILED')`;

function selectEmails(db: Knex): Knex.QueryBuilder {
  return db('outbox')
    .join('leads', 'leads.id', 'outbox.lead_id')
    .select(db.raw(`${isClaimed} as "isClaimed"`), countOthers(db), selectRecipients(db), {
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
