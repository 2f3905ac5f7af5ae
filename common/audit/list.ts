import type { Knex } from 'knex';
import { newestFirst, type NewestFirst, type Place } from '../database/newest-first';

export interface AuditQuery {
  /** An account's id, or `system`. */
  actor?: string | undefined;
  action?: string | undefined;
  /** A lead's id, or the reference that it starts with. */
  lead?: string | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
  /** The page that follows, or precedes, the event of this id. At most one of the two. */
  afterEvent?: string | undefined;
  beforeEvent?: string | undefined;
  limit: number;
}

export interface ListedEvent {
  id: string;
  at: Date;
  actor: string;
  action: string;
  leadId: string | null;
  /** False also when the event is of no lead. */
  leadExists: boolean;
  details: Record<string, unknown>;
}

/** The events of all that happened, newest first; undefined when there is no event to start from. */
export async function listEvents(
  db: Knex,
  query: AuditQuery,
): Promise<NewestFirst<ListedEvent> | undefined> {
  const { afterEvent, beforeEvent, limit } = query;
  const [after, before] = await Promise.all([placeOf(db, afterEvent), placeOf(db, beforeEvent)]);
  if ((afterEvent && !after) || (beforeEvent && !before)) return undefined;
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
  return newestFirst(events, { at: 'event.at', id: 'event.id' }, { after, before, limit });
}

function narrow(events: Knex.QueryBuilder, query: AuditQuery): void {
  const { actor, action, lead, from, before } = query;
  if (actor) events.where({ 'event.actor': actor });
  if (action) events.where({ 'event.action': action });
  if (lead) events.whereBetween('event.lead_id', [fill(lead, '0'), fill(lead, 'f')]);
  if (from) events.where('event.at', '>=', from);
  if (before) events.where('event.at', '<', before);
}

/** The lowest and the highest id that starts like this. */
function fill(start: string, digit: '0' | 'f'): string {
  return start + '00000000-0000-0000-0000-000000000000'.slice(start.length).replaceAll('0', digit);
}

async function placeOf(db: Knex, id: string | undefined): Promise<Place | undefined> {
  if (id === undefined) return undefined;
  return db('audit_events').where({ id }).first<Place | undefined>('id', 'at');
}
