import type { Knex } from 'knex';
import type { Lead, LeadState } from './lead';
import type { ResumeType } from './resume-type';

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
}

export function selectLeads(db: Knex): Knex.QueryBuilder {
  return db('leads')
    .leftJoin('accounts', 'accounts.id', 'leads.reached_out_by')
    .select('leads.*', { reached_out_by_name: 'accounts.name' });
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
    reachedOutBy:
      row.reached_out_by === null
        ? null
        : { id: row.reached_out_by, name: row.reached_out_by_name ?? '' },
  };
}
