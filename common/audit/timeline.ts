import type { Knex } from 'knex';
import { auditGroups, type AuditAction } from './actions';

/** One event of a lead, with the names that its page shows. */
export interface TimelineEvent {
  at: Date;
  action: AuditAction;
  /** The account's id, or `system`. */
  actor: string;
  /** The account's name; null for `system`. */
  by: string | null;
  /** The text of a note, or the reason for reopening the lead. */
  note: string | null;
  /** The name of the account that the lead was assigned to; null when it was unassigned. */
  assignee: string | null;
  details: Record<string, unknown>;
}

export interface Timeline {
  /** Newest first; at most 300 changes and 300 reads. */
  events: TimelineEvent[];
  /** False when older events are left out. */
  isWhole: boolean;
}

const limit = 300; // of changes, and of reads

export async function readTimeline(db: Knex, leadId: string): Promise<Timeline> {
  const newest = db.raw(
    `(select *, row_number() over (partition by action = any(?) order by id desc)::int as place
      from audit_events where lead_id = ?) as event`,
    [[...auditGroups.reads], leadId],
  );
  const rows = await db
    .from(newest as never)
    .joinRaw('left join accounts as actor on actor.id::text = event.actor')
    .joinRaw(
      `left join notes on notes.lead_id = event.lead_id
        and notes.id::text = event.details->>'note_id'`,
    )
    .joinRaw("left join accounts as assignee on assignee.id::text = event.details->>'account_id'")
    .where('event.place', '<=', limit + 1)
    .orderBy('event.id', 'desc')
    .select<(TimelineEvent & { place: number })[]>(
      ...['event.at', 'event.action', 'event.actor', 'event.details', 'event.place'],
      { by: 'actor.name', note: 'notes.text', assignee: 'assignee.name' },
    );
  const events = rows.filter(({ place }) => place <= limit);
  return { events, isWhole: events.length === rows.length };
}
