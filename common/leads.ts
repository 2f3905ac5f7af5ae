import type { Knex } from 'knex';
import { recordEvent } from './audit';
import type { Lead, NewLead } from './lead';
import { listLeads, type LeadListQuery, type LeadPage } from './lead-list';
import { selectLeads, toLead, type LeadRow } from './lead-rows';

export interface LeadRepository {
  /**
   * Stores the lead; the database queues its two mails in the same transaction. Repeating it with
   * the same content is harmless. The same id with other content stores nothing.
   */
  add(lead: NewLead): Promise<'STORED' | 'OTHER_CONTENT'>;
  list(query: LeadListQuery): Promise<LeadPage>;
  find(id: string): Promise<Lead | undefined>;
  /** Stamps the first outreach. False when the lead is not waiting (any more), or not there. */
  markReachedOut(id: string, accountId: string): Promise<boolean>;
  /** Lets the lead wait again and keeps the reason as a note. False when it was waiting already. */
  reopen(id: string, accountId: string, reason: string): Promise<boolean>;
}

const otherContent = 'LI409'; // raised by the trigger leads_refuse_other_content

export function createLeadRepository(db: Knex): LeadRepository {
  return {
    add: (lead) => addLead(db, lead),

    list: (query) => listLeads(db, query),

    async find(id) {
      const row = (await selectLeads(db).where('leads.id', id).first()) as LeadRow | undefined;
      return row && toLead(row);
    },

    markReachedOut: (id, accountId) =>
      db.transaction(async (trx) => {
        const changed = await trx('leads').where({ id, state: 'PENDING' }).update({
          state: 'REACHED_OUT',
          reached_out_at: trx.fn.now(),
          reached_out_by: accountId,
        });
        if (changed === 0) return false;
        await recordEvent(trx, { actor: accountId, action: 'REACHED_OUT', leadId: id });
        return true;
      }),

    reopen: (id, accountId, reason) =>
      db.transaction(async (trx) => {
        const changed = await trx('leads')
          .where({ id, state: 'REACHED_OUT' })
          .update({ state: 'PENDING', reached_out_at: null, reached_out_by: null });
        if (changed === 0) return false;
        const [note] = await trx('notes')
          .insert({ lead_id: id, author: accountId, text: reason })
          .returning<{ id: string }[]>('id');
        // The reason may name the person, so the event, which outlives the lead, only points to it.
        const details = { note_id: note?.id };
        await recordEvent(trx, { actor: accountId, action: 'REOPENED', leadId: id, details });
        return true;
      }),
  };
}

async function addLead(db: Knex, lead: NewLead): Promise<'STORED' | 'OTHER_CONTENT'> {
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
    await db('leads').insert(row).onConflict().ignore(); // without a target: the role reads nothing
    return 'STORED';
  } catch (error) {
    if ((error as { code?: string }).code === otherContent) return 'OTHER_CONTENT';
    throw error;
  }
}
