import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import type { ExportedLead, Lead, NewLead } from './lead';
import { createLeadChanges, type LeadChanges } from './changes';
import type { LeadFilter } from './filter';
import { count } from './count';
import { countedAtMost, eachPage, listLeads, type LeadListQuery, type LeadPage } from './list';
import { selectLeads, toLead, type LeadRow } from './rows';

export type AddOutcome = 'STORED' | 'REPEATED' | 'OTHER_CONTENT';

export interface LeadRepository extends LeadChanges {
  /**
   * Stores the lead; the database queues its two mails in the same transaction. Repeating it with
   * the same content is harmless. The same id with other content stores nothing.
   */
  add(lead: NewLead): Promise<AddOutcome>;
  list(query: LeadListQuery): Promise<LeadPage>;
  find(id: string): Promise<Lead | undefined>;
  /** The newest of the other submissions from the lead's address. */
  othersFrom(lead: Pick<Lead, 'id' | 'email'>): Promise<Lead[]>;
  /** Of those that wait under "Flagged", up to one more than `countedAtMost`. */
  countFlagged(): Promise<number>;
  /** All of them, page by page. */
  pages(filter: LeadFilter): AsyncGenerator<ExportedLead[]>;
}

const otherContent = 'LI409'; // raised by the trigger leads_refuse_other_content
const maxOthers = 100;

export function createLeadRepository(db: Knex): LeadRepository {
  return {
    add: (lead) => addLead(db, lead),

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

    countFlagged: () =>
      count(db, (leads) => void leads.whereNotNull('flagged_reason'), countedAtMost),

    ...createLeadChanges(db),
  };
}

async function addLead(db: Knex, lead: NewLead): Promise<AddOutcome> {
  const row = {
    id: lead.id,
    first_name: lead.firstName,
    last_name: lead.lastName,
    email: lead.email,
    flagged_reason: lead.flaggedReason,
    resume_key: lead.resume.key,
    resume_filename: lead.resume.filename,
    resume_type: lead.resume.type,
    resume_bytes: lead.resume.bytes,
    resume_sha256: lead.resume.sha256,
  };
  try {
    // Without a target: the role reads nothing.
    const insert = db('leads').insert<{ rowCount: number }>(row).onConflict().ignore();
    const { rowCount } = await insert.options(preparedAs('add lead'));
    return rowCount === 0 ? 'REPEATED' : 'STORED';
  } catch (error) {
    if ((error as { code?: string }).code === otherContent) return 'OTHER_CONTENT';
    throw error;
  }
}
