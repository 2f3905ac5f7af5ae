import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import type { Page } from '../database/cursor';
import { listEvents, type AuditQuery, type ListedEvent } from './list';
import type { AuditAction } from './actions';
import { readTimeline, type Timeline } from './timeline';

export { auditActions, type AuditAction } from './actions';

export interface AuditEvent {
  /** An account's id, or `system`. */
  actor: string;
  action: AuditAction;
  leadId?: string;
  /** Without personal data: the event outlives the lead. */
  details?: Record<string, unknown>;
}

/** Appends to the audit, in the caller's transaction if `db` is one. */
export async function recordEvent(db: Knex, event: AuditEvent): Promise<void> {
  const { actor, action, leadId = null, details = {} } = event;
  const insert = db('audit_events').insert({ actor, action, lead_id: leadId, details });
  await insert.options(preparedAs('record event'));
}

export interface AuditRepository {
  record(event: AuditEvent): Promise<void>;
  timeline(leadId: string): Promise<Timeline>;
  /** Newest first. */
  list(query: AuditQuery): Promise<Page<ListedEvent>>;
}

export function createAuditRepository(db: Knex): AuditRepository {
  return {
    record: (event) => recordEvent(db, event),
    list: (query) => listEvents(db, query),
    timeline: (leadId) => readTimeline(db, leadId),
  };
}
