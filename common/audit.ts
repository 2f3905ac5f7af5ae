import type { Knex } from 'knex';

export type AuditAction =
  | 'ACCOUNT_CREATED'
  | 'ACCOUNT_DISABLED'
  | 'ACCOUNT_ENABLED'
  | 'PASSWORD_SET'
  | 'LEAD_OPENED'
  | 'RESUME_DOWNLOADED'
  | 'REACHED_OUT'
  | 'REOPENED';

export interface AuditEvent {
  /** An account's id, or `system` for what nobody signed in for. */
  actor: string;
  action: AuditAction;
  leadId?: string;
  /** Never personal data: the event outlives the lead. */
  details?: Record<string, unknown>;
}

/** One change of a lead's state, as its page shows it. */
export interface StateChange {
  at: Date;
  action: 'REACHED_OUT' | 'REOPENED';
  by: string;
  reason: string | null;
}

/** Appends to the audit, inside the caller's transaction where there is one. */
export async function recordEvent(db: Knex, event: AuditEvent): Promise<void> {
  const { actor, action, leadId = null, details = {} } = event;
  await db('audit_events').insert({ actor, action, lead_id: leadId, details });
}

export interface AuditRepository {
  record(event: AuditEvent): Promise<void>;
  /** Newest first. */
  stateChanges(leadId: string): Promise<StateChange[]>;
}

export function createAuditRepository(db: Knex): AuditRepository {
  return {
    record: (event) => recordEvent(db, event),

    stateChanges: (leadId) =>
      db('audit_events as event')
        .joinRaw('left join accounts on accounts.id::text = event.actor')
        .joinRaw("left join notes on notes.id::text = event.details->>'note_id'")
        .where('event.lead_id', leadId)
        .whereIn('event.action', ['REACHED_OUT', 'REOPENED'])
        .orderBy('event.id', 'desc')
        .select<StateChange[]>('event.at', 'event.action', {
          by: 'accounts.name',
          reason: 'notes.text',
        }),
  };
}
