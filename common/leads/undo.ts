import type { Knex } from 'knex';
import { recordEvent } from '../audit/repository';
import { addNoteOnce } from './notes';

export const undoMinutes = 10;

/** The changes of a lead's state, as the audit records them. */
export const stateChanges = ['REACHED_OUT', 'REOPENED', 'UNDONE'] as const;
export type StateChange = (typeof stateChanges)[number];

export interface LastChange {
  action: StateChange;
  actor: string;
  /** The account's name; null when it is no account's. */
  by: string | null;
  at: Date;
  details: { undone?: StateChange; reached_out_at?: string; reached_out_by?: string };
}

/** What was undone; else what stands in the way: the last change of the lead's state, if any. */
export type UndoResult = { undone: StateChange } | { undone: false; last: LastChange | undefined };

/**
 * Takes back the account's own last change of the lead's state. The lead is locked first, so that
 * the event that is read then is the last one. Throws when there is no such lead.
 */
export function undoLastChange(
  db: Knex,
  id: string,
  actor: string,
  note?: string,
): Promise<UndoResult> {
  return db.transaction(async (trx) => {
    await trx('leads').where({ id }).forNoKeyUpdate().first('id');
    const last = await readLastChange(trx, id);
    const before = last && last.isRecent && last.actor === actor && stateBefore(last);
    if (!before) return { undone: false, last };
    const { from, ...to } = before;
    const changed = await trx('leads').where({ id, state: from }).update(to);
    if (changed === 0) return { undone: false, last };
    const details = { undone: last.action };
    await recordEvent(trx, { actor, action: 'UNDONE', leadId: id, details });
    if (note !== undefined) await addNoteOnce(trx, id, actor, note);
    return { undone: last.action };
  });
}

async function readLastChange(trx: Knex, leadId: string) {
  return trx('audit_events as event')
    .joinRaw('left join accounts as actor on actor.id::text = event.actor')
    .where('event.lead_id', leadId)
    .whereIn('event.action', stateChanges)
    .orderBy('event.id', 'desc')
    .first<(LastChange & { isRecent: boolean }) | undefined>(
      ...['event.action', 'event.actor', 'event.at', 'event.details'],
      trx.ref('actor.name').as('by'),
      trx.raw('event.at > now() - make_interval(mins => ?) as "isRecent"', [undoMinutes]),
    );
}

/** Returns the state that the change brought, and what to set in order to take it back. */
function stateBefore({ action, details }: LastChange) {
  const { reached_out_at, reached_out_by } = details;
  if (action === 'REACHED_OUT') {
    const waiting = { state: 'PENDING', reached_out_at: null, reached_out_by: null };
    return { from: 'REACHED_OUT', ...waiting };
  }
  if (action === 'UNDONE' || !reached_out_at || !reached_out_by) return undefined;
  return { from: 'PENDING', state: 'REACHED_OUT', reached_out_at, reached_out_by };
}
