import type { Knex } from 'knex';

const columns = {
  id: 'leads.id',
  firstName: 'leads.first_name',
  lastName: 'leads.last_name',
  email: 'leads.email',
  state: 'leads.state',
  flaggedReason: 'leads.flagged_reason',
};

/** Selects rows that are a `SortedLead`: all columns but search_text, which is long. */
export function selectLeads(db: Knex): Knex.QueryBuilder {
  return joined(db).select({
    ...columns,
    resume: db.raw(`json_build_object('key', resume_key, 'filename', resume_filename,
      'type', resume_type, 'bytes', resume_bytes, 'sha256', resume_sha256)`),
    createdAt: 'leads.created_at',
    updatedAt: 'leads.updated_at',
    reachedOutAt: 'leads.reached_out_at',
    reachedOutBy: person(db, 'attorney'),
    assignedTo: person(db, 'assignee'),
    openedAt: 'leads.opened_at',
    sortName: 'leads.sort_name',
  });
}

/** Selects rows that are an `ExportedLead`: an export may have a million. */
export function selectExported(db: Knex): Knex.QueryBuilder {
  return joined(db).select({
    ...columns,
    createdAt: asText(db, 'leads.created_at'),
    reachedOutAt: asText(db, 'leads.reached_out_at'),
    reachedOutBy: 'attorney.name',
    assignedTo: 'assignee.name',
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

function person(db: Knex, account: 'attorney' | 'assignee'): Knex.Raw {
  const object = `json_build_object('id', ${account}.id, 'name', ${account}.name)`;
  return db.raw(`case when ${account}.id is not null then ${object} end`);
}

/** In RFC 3339 and UTC. */
function asText(db: Knex, column: string): Knex.Raw {
  return db.raw(`to_char(?? at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, [column]);
}
