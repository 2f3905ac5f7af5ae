import type { Knex } from 'knex';
import { listEvents, type AuditQuery, type ListedEvent } from './audit-list';
import type { NewestFirst } from './newest-first';

export const auditActions = [
  'LEAD_OPENED',
  'RESUME_DOWNLOADED',
  'LEADS_EXPORTED',
  'REACHED_OUT',
  'REOPENED',
  'NOTED',
  'ASSIGNED',
  'NOT_SPAM',
  'LEAD_DELETED',
  'MAIL_SENT',
  'MAIL_FAILED',
  'MAIL_SKIPPED',
  'MAIL_QUEUED',
  'MAIL_DISMISSED',
  'ACCOUNT_CREATED',
  'ACCOUNT_DISABLED',
  'ACCOUNT_ENABLED',
  'ROLE_CHANGED',
  'PASSWORD_SET',
] as const;
export type AuditAction = (typeof auditActions)[number];

export interface AuditEvent {
  /** An account's id, or `system` for what nobody signed in for. */
  actor: string;
  action: AuditAction;
  leadId?: string;
  /** Never personal data: the event outlives the lead. */
  details?: Record<string, unknown>;
}

/** One event of a lead, as its page tells it. */
export interface TimelineEvent {
  at: Date;
  action: AuditAction;
  /** The account's id, or `system`. */
  actor: string;
  /** The account's name; null for `system`. */
  by: string | null;
  /** Of a note, and the reason of a reopening. */
  note: string | null;
  /** Whom it was assigned to; null: nobody. */
  assignee: string | null;
  details: Record<string, unknown>;
}

/** Appends to the audit, inside the caller's transaction where there is one. */
export async function recordEvent(db: Knex, event: AuditEvent): Promise<void> {
  const { actor, action, leadId = null, details = {} } = event;
  await db('audit_events').insert({ actor, action, lead_id: leadId, details });
}

export interface AuditRepository {
  record(event: AuditEvent): Promise<void>;
  /** The newest events of a lead, newest first. */
  timeline(leadId: string): Promise<TimelineEvent[]>;
  /** Of everything that happened, newest first; undefined when there is no event to start from. */
  list(query: AuditQuery): Promise<NewestFirst<ListedEvent> | undefined>;
}

export const timelineLength = 300;

export function createAuditRepository(db: Knex): AuditRepository {
  return {
    record: (event) => recordEvent(db, event),

    list: (query) => listEvents(db, query),

    timeline: (leadId) =>
      db('audit_events as event')
        .joinRaw('left join accounts as actor on actor.id::text = event.actor')
        .joinRaw(
          `left join notes on notes.lead_id = event.lead_id
            and notes.id::text = event.details->>'note_id'`,
        )
        .joinRaw(
          "left join accounts as assignee on assignee.id::text = event.details->>'account_id'",
        )
        .where('event.lead_id', leadId)
        .orderBy('event.id', 'desc')
        .limit(timelineLength)
        .select<TimelineEvent[]>('event.at', 'event.action', 'event.actor', 'event.details', {
          by: 'actor.name',
          note: 'notes.text',
          assignee: 'assignee.name',
        }),
  };
}
