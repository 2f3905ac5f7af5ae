import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import type { ExportedLead, Lead } from './lead';
import { createLeadChanges, type LeadChanges } from './changes';
import { narrowTo, type LeadFilter } from './filter';
import { count } from './count';
import { countedAtMost, eachPage, listLeads, type LeadListQuery, type LeadPage } from './list';
import { selectLeads, toLead, type LeadRow } from './rows';

export interface LeadRepository extends LeadChanges {
  list(query: LeadListQuery): Promise<LeadPage>;
  find(id: string): Promise<Lead | undefined>;
  /** Returns the newest of the other submissions from the lead's email address. */
  othersFrom(lead: Pick<Lead, 'id' | 'email'>): Promise<Lead[]>;
  /** Returns how many leads are flagged, up to one more than `countedAtMost`. */
  countFlagged(): Promise<number>;
  /** Yields all of them, page by page. */
  pages(filter: LeadFilter): AsyncGenerator<ExportedLead[]>;
}

const maxOthers = 100;

export function createLeadRepository(db: Knex): LeadRepository {
  return {
    list: (query) => listLeads(db, query),

    pages: (filter) => eachPage(db, filter),

    async find(id) {
      const select = selectLeads(db).where('leads.id', id).first();
      const row = (await select.options(preparedAs('find lead'))) as LeadRow | undefined;
      return row && toLead(row);
    },

    async othersFrom({ id, email }) {
      const rows = (await selectLeads(db)
        .whereRaw('lower(leads.email) = lower(?)', [email])
        .whereNot('leads.id', id)
        .orderBy('leads.created_at', 'desc')
        .limit(maxOthers)) as LeadRow[];
      return rows.map(toLead);
    },

    countFlagged: () => count(db, narrowTo({ flagged: true }), countedAtMost),

    ...createLeadChanges(db),
  };
}
