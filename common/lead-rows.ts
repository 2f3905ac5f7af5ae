import type { Knex } from 'knex';
import type { ExportedLead, Lead, LeadState, Person } from './lead';
import type { ResumeType } from './resume-type';

export interface ExportedRow {
  id: string;
  first_name: string;
  last_name: string;
  email: string;
  state: LeadState;
  flagged_reason: string | null;
  resume_filename: string;
  resume_type: ResumeType;
  resume_bytes: number;
  created_at: Date;
  reached_out_at: Date | null;
  reached_out_by: string | null;
  reached_out_by_name: string | null;
  assigned_to: string | null;
  assigned_to_name: string | null;
}

export interface LeadRow extends ExportedRow {
  resume_key: string;
  resume_sha256: string;
  updated_at: Date;
  sort_name: string;
}

const exported =
  'id first_name last_name email state flagged_reason resume_filename resume_type resume_bytes ' +
  'created_at reached_out_at reached_out_by assigned_to';
const others = 'resume_key resume_sha256 updated_at sort_name'; // the text that is searched is long

export function selectLeads(db: Knex): Knex.QueryBuilder {
  return selectExported(db).select(others.split(' ').map((name) => `leads.${name}`));
}

/** Each column more is a tenth of a second for 100,000 leads. */
export function selectExported(db: Knex): Knex.QueryBuilder {
  return db('leads')
    .leftJoin('accounts as attorney', 'attorney.id', 'leads.reached_out_by')
    .leftJoin('accounts as assignee', 'assignee.id', 'leads.assigned_to')
    .select(...exported.split(' ').map((name) => `leads.${name}`), {
      reached_out_by_name: 'attorney.name',
      assigned_to_name: 'assignee.name',
    });
}

export function toLead(row: LeadRow): Lead {
  const lead = toExportedLead(row);
  const resume = { ...lead.resume, key: row.resume_key, sha256: row.resume_sha256 };
  return { ...lead, resume, updatedAt: row.updated_at };
}

export function toExportedLead(row: ExportedRow): ExportedLead {
  return {
    id: row.id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    state: row.state,
    flaggedReason: row.flagged_reason,
    resume: {
      filename: row.resume_filename,
      type: row.resume_type,
      bytes: row.resume_bytes,
    },
    createdAt: row.created_at,
    reachedOutAt: row.reached_out_at,
    reachedOutBy: person(row.reached_out_by, row.reached_out_by_name),
    assignedTo: person(row.assigned_to, row.assigned_to_name),
  };
}

function person(id: string | null, name: string | null): Person | null {
  return id === null ? null : { id, name: name ?? '' };
}
