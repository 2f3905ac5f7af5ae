import type { Knex } from 'knex';
import type { Lead, LeadState, Person } from './lead';
import type { ResumeType } from '../resumes/resume-type';

export interface LeadRow {
  id: string;
  first_name: string;
  last_name: string;
  email: string;
  state: LeadState;
  flagged_reason: string | null;
  resume_key: string;
  resume_filename: string;
  resume_type: ResumeType;
  resume_bytes: number;
  resume_sha256: string;
  created_at: Date;
  updated_at: Date;
  reached_out_at: Date | null;
  reached_out_by: string | null;
  reached_out_by_name: string | null;
  assigned_to: string | null;
  assigned_to_name: string | null;
  sort_name: string;
}

// All but search_text, which is long.
const columns =
  'id first_name last_name email state flagged_reason resume_key resume_filename resume_type ' +
  'resume_bytes resume_sha256 created_at updated_at reached_out_at reached_out_by assigned_to sort_name';

export function selectLeads(db: Knex): Knex.QueryBuilder {
  return joined(db).select(...columns.split(' ').map((name) => `leads.${name}`), {
    reached_out_by_name: 'attorney.name',
    assigned_to_name: 'assignee.name',
  });
}

/** Selects rows that are `ExportedLead`s already: an export may have a million. */
export function selectExported(db: Knex): Knex.QueryBuilder {
  return joined(db).select({
    id: 'leads.id',
    firstName: 'leads.first_name',
    lastName: 'leads.last_name',
    email: 'leads.email',
    state: 'leads.state',
    createdAt: asText(db, 'leads.created_at'),
    reachedOutAt: asText(db, 'leads.reached_out_at'),
    reachedOutBy: 'attorney.name',
    assignedTo: 'assignee.name',
    flaggedReason: 'leads.flagged_reason',
    resumeFilename: 'leads.resume_filename',
    resumeType: 'leads.resume_type',
    resumeBytes: 'leads.resume_bytes',
  });
}

function joined(db: Knex): Knex.QueryBuilder {
  return db('leads')
    .leftJoin('accounts as attorney', 'attorney.id', 'leads.reached_out_by')
    .leftJoin('accounts as assignee', 'assignee.id', 'leads.assigned_to');
}

/** In RFC 3339 and UTC. */
function asText(db: Knex, column: string): Knex.Raw {
  return db.raw(`to_char(?? at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, [column]);
}

export function toLead(row: LeadRow): Lead {
  return {
    id: row.id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    state: row.state,
    flaggedReason: row.flagged_reason,
    resume: {
      key: row.resume_key,
      filename: row.resume_filename,
      type: row.resume_type,
      bytes: row.resume_bytes,
      sha256: row.resume_sha256,
    },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    reachedOutAt: row.reached_out_at,
    reachedOutBy: person(row.reached_out_by, row.reached_out_by_name),
    assignedTo: person(row.assigned_to, row.assigned_to_name),
  };
}

function person(id: string | null, name: string | null): Person | null {
  return id === null ? null : { id, name: name ?? '' };
}
