import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';

/** What a list that is being shown already knows, from which its news are told. */
export interface NewsStart {
  since: Date;
  /** How many leads that were received after `since` it knows. */
  known: number;
}

/** Another account that has just opened a lead. */
export interface Opening {
  name: string;
  openedAt: Date;
}

export type NewsRepository = ReturnType<typeof createNewsRepository>;

const countedAtMost = 1000;

/** For how long somebody who opened a lead counts as being on it. */
export const openingMinutes = 5;

/**
 * A lead carries the time at which its transaction began, and is seen when it has ended. Lists are
 * told of what began this long before them, too, and leave out what they know of it.
 */
const overlap = "interval '10 seconds'";

/** Sorted, because the planner takes a third of the leads to be as new, and would read all of them. */
const arrivedSince = (since: string) =>
  `select count(*)::int from (select from leads where flagged_reason is null
    and created_at > ${since} order by created_at limit ${countedAtMost}) as arrived`;

export function createNewsRepository(db: Knex) {
  return {
    /** To be read before the list, by the database's clock. */
    async start(): Promise<NewsStart> {
      const { rows } = await db
        .raw<{ rows: [NewsStart] }>(
          `select since, (${arrivedSince('since')}) as known
          from date_trunc('milliseconds', now() - ${overlap}) as since`,
        )
        .options(preparedAs('start news'));
      return rows[0];
    },

    /** Returns how many leads were received after `since`, flagged ones apart; at most 1,000. */
    async arrived(since: Date): Promise<number> {
      const { rows } = await db
        .raw<{ rows: [{ count: number }] }>(arrivedSince('?'), [since])
        .options(preparedAs('count arrived'));
      return rows[0].count;
    },

    /**
     * Returns who else opened the lead within five minutes, the latest first; undefined when there
     * is no such lead.
     */
    async openings(leadId: string, accountId: string): Promise<Opening[] | undefined> {
      const { rows } = await db
        .raw<{ rows: (Opening | { name: null; openedAt: null })[] }>(
          `select accounts.name, opened.at as "openedAt"
          from leads left join (
            select lead_id, actor, max(at) as at from audit_events
            where lead_id = ? and action = 'LEAD_OPENED' and at > now() - interval '${openingMinutes} minutes'
              and actor <> ?
            group by lead_id, actor
          ) as opened on opened.lead_id = leads.id
          left join accounts on accounts.id = opened.actor::uuid
          where leads.id = ? order by opened.at desc`,
          [leadId, accountId, leadId],
        )
        .options(preparedAs('find openings'));
      if (rows.length === 0) return undefined;
      return rows.flatMap((row) => (row.name === null ? [] : row));
    },
  };
}
