import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import type { NewLead } from './lead';

type AddOutcome = 'STORED' | 'REPEATED' | 'OTHER_CONTENT';

export type LeadIntake = ReturnType<typeof createLeadIntake>;

const otherContent = 'LI409'; // raised by the trigger leads_refuse_other_content

/** All that the public server may do with leads. */
export function createLeadIntake(db: Knex) {
  return {
    /**
     * Stores the lead; the database queues its two emails in the same transaction. A repeat with the
     * same content stores nothing; if it is not flagged and the lead is, it removes the flag and
     * queues the emails. The same id with other content stores nothing.
     */
    add: (lead: NewLead) => addLead(db, lead),
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
    // The trigger leaves out a repeat. Without ON CONFLICT, which would swallow what is none.
    const insert = db('leads').insert<{ rowCount: number }>(row);
    const { rowCount } = await insert.options(preparedAs('add lead'));
    return rowCount === 0 ? 'REPEATED' : 'STORED';
  } catch (error) {
    if ((error as { code?: string }).code === otherContent) return 'OTHER_CONTENT';
    throw error;
  }
}
