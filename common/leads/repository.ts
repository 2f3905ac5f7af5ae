import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import { createBulkChanges } from './bulk/bulk';
import { createLeadChanges } from './changes';
import { countEach } from './count';
import type { LeadFilter } from './filter';
import type { Lead, SortedLead } from './lead';
import { eachPage, listLeads, type LeadListQuery } from './list';
import { findNeighbours } from './neighbours';
import { selectLeads } from './rows';

export type LeadRepository = ReturnType<typeof createLeadRepository>;

const maxOthers = 100;
export const tabsCountedAtMost = 1000;

export function createLeadRepository(db: Knex) {
  return {
    list: (query: LeadListQuery) => listLeads(db, query),

    pages: (filter: LeadFilter) => eachPage(db, filter),

    find: (id: string) =>
      selectLeads(db)
        .where('leads.id', id)
        .first<SortedLead | undefined>()
        .options(preparedAs('find lead')),

    neighbours: (query: LeadListQuery, lead: SortedLead) => findNeighbours(db, query, lead),

    /** Returns the newest of the other submissions from the lead's email address. */
    othersFrom: ({ id, email }: Pick<Lead, 'id' | 'email'>): Promise<Lead[]> =>
      selectLeads(db)
        .whereRaw('lower(leads.email) = lower(?)', [email])
        .whereNot('leads.id', id)
        .orderBy('leads.created_at', 'desc')
        .limit(maxOthers),

    /** Keeps the first time; the lead does not count as changed. */
    markOpened: (id: string): Promise<number> =>
      db('leads')
        .where({ id })
        .whereNull('opened_at')
        .update({ opened_at: db.fn.now() })
        .options(preparedAs('mark opened')),

    /** As `countEach`, up to one more than `tabsCountedAtMost`. */
    countEach: <Name extends string>(filters: Record<Name, LeadFilter>) =>
      countEach(db, filters, tabsCountedAtMost),

    bulk: createBulkChanges(db),

    ...createLeadChanges(db),
  };
}
