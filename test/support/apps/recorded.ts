import type { Knex } from 'knex';
import { auditGroups } from '../../../common/audit/actions';

/** The changes in the audit, oldest first, without the reads and sign-ins that come with each request. */
export const recordedChanges = (owner: Knex): Knex.QueryBuilder =>
  owner('audit_events').whereIn('action', auditGroups.changes).orderBy('id');
