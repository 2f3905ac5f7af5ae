import type { Knex } from 'knex';
import type { Page, PageRequest } from '../database/cursor';
import { selectPage, type Sort } from '../database/keyset';

export interface AuditQuery extends PageRequest {
  /** An account's id, `system` or `unknown`. */
  actor?: string | undefined;
  action?: string | undefined;
  /** A lead's id, or the reference that it starts with. */
  lead?: string | undefined;
  recordedFrom?: Date | undefined;
  recordedBefore?: Date | undefined;
}

export interface ListedEvent {
  id: string;
  at: Date;
  actor: string;
  action: string;
  leadId: string | null;
  /** False also when the event concerns no lead. */
  leadExists: boolean;
  details: Record<string, unknown>;
}

export const auditSort = 'audit';

const newestFirst: Sort<ListedEvent> = {
  name: auditSort,
  order: 'desc',
  columns: [
    ['at', 'event.at'],
    ['id', 'event.id'],
  ],
};

/** Newest first. */
export function listEvents(db: Knex, query: AuditQuery): Promise<Page<ListedEvent>> {
  const events = db('audit_events as event')
    .leftJoin('leads', 'leads.id', 'event.lead_id')
    .modify(narrow, query)
    .select({
      id: 'event.id',
      at: 'event.at',
      actor: 'event.actor',
      action: 'event.action',
      leadId: 'event.lead_id',
      leadExists: db.raw('leads.id is not null'),
      details: 'event.details',
    });
  return selectPage<ListedEvent>(events, newestFirst, query);
}

function narrow(events: Knex.QueryBuilder, query: AuditQuery): void {
  const { actor, action, lead, recordedFrom, recordedBefore } = query;
  if (actor) events.where({ 'event.actor': actor });
  if (action) events.where({ 'event.action': action });
  if (lead) events.whereBetween('event.lead_id', [fill(lead, '0'), fill(lead, 'f')]);
  if (recordedFrom) events.where('event.at', '>=', recordedFrom);
  if (recordedBefore) events.where('event.at', '<', recordedBefore);
}

/** Returns the lowest ('0') or the highest ('f') id that starts like this. */
function fill(start: string, digit: '0' | 'f'): string {
  return start + '00000000-0000-0000-0000-000000000000'.slice(start.length).replaceAll('0', digit);
}
