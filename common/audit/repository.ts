import type { Knex } from 'knex';
import { preparedAs } from '../database/connect';
import type { AuditAction } from './actions';
import { listEvents, type AuditQuery } from './list';
import { readTimeline } from './timeline';

export interface AuditEvent {
  /** An account's id, `system` or `unknown`. */
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

export type AuditRepository = ReturnType<typeof createAuditRepository>;

export function createAuditRepository(db: Knex) {
  return {
    record: (event: AuditEvent) => recordEvent(db, event),
    list: (query: AuditQuery) => listEvents(db, query),
    timeline: (leadId: string) => readTimeline(db, leadId),
  };
}
