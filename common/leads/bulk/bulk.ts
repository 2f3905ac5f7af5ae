import type { Knex } from 'knex';
import type { AuditAction } from '../../audit/actions';
import { recordEvent } from '../../audit/repository';
import { assignTo, queueHeldEmails, reachOut } from '../changes';
import type { Lead } from '../lead';
import { BulkRefusal, lock, type Selection } from './selection';

/** The leads as they were before, in the order received. */
export interface BulkResult {
  changed: Lead[];
  unchanged: Lead[];
}

export interface Assignment {
  /** Null unassigns. */
  assigneeId: string | null;
  /** Who must have the leads still, for they stay as they are otherwise; undefined for whoever has. */
  heldBy?: string | null | undefined;
}

interface Change {
  action: AuditAction;
  details?: Record<string, unknown>;
  isDue: (lead: Lead) => boolean;
  /** Returns how many leads it changed. */
  apply: (trx: Knex.Transaction, ids: string[]) => Promise<number>;
}

/**
 * Changes of many leads, each recorded as if it were made alone. All are made in one transaction,
 * which locks the leads in the order of their ids, so that two of them cannot wait for each other.
 * They throw a `BulkRefusal`.
 */
export function createBulkChanges(db: Knex) {
  const change = (selection: Selection, actor: string, { apply, isDue, ...event }: Change) =>
    db.transaction(async (trx): Promise<BulkResult> => {
      const leads = await lock(trx, selection);
      const changed = leads.filter(isDue);
      const unchanged = leads.filter((lead) => !isDue(lead));
      const ids = changed.map(({ id }) => id);
      if (ids.length > 0 && (await apply(trx, ids)) === 0) throw new BulkRefusal('NO_ASSIGNEE');
      await recordEach(trx, ids, { actor, ...event });
      if (unchanged.length > 0) {
        // Their names are shown all the same, and nobody opened them.
        const details = { filters: [], count: unchanged.length };
        await recordEvent(trx, { actor, action: 'LEADS_LISTED', details });
      }
      return { changed, unchanged };
    });

  return {
    /** Returns the leads of a selection, after checking their number as a change does. */
    read: (selection: Selection): Promise<Lead[]> => db.transaction((trx) => lock(trx, selection)),

    markReachedOut: (selection: Selection, actor: string) =>
      change(selection, actor, {
        action: 'REACHED_OUT',
        isDue: ({ state }) => state === 'PENDING',
        apply: (trx, ids) => reachOut(trx('leads').whereIn('id', ids), trx, actor),
      }),

    assign: (selection: Selection, { assigneeId, heldBy }: Assignment, actor: string) =>
      change(selection, actor, {
        action: 'ASSIGNED',
        details: { account_id: assigneeId },
        isDue: ({ assignedTo }) => {
          const holder = assignedTo?.id ?? null;
          return holder !== assigneeId && (heldBy === undefined || holder === heldBy);
        },
        apply: (trx, ids) => assignTo(trx('leads').whereIn('id', ids), trx, assigneeId),
      }),

    markNotSpam: (selection: Selection, actor: string) =>
      change(selection, actor, {
        action: 'NOT_SPAM',
        isDue: ({ flaggedReason }) => flaggedReason !== null,
        apply: async (trx, ids) => {
          await queueHeldEmails(trx, ids);
          return trx('leads').whereIn('id', ids).update({ flagged_reason: null });
        },
      }),

    /** Deletes the leads with their notes and emails. The caller deletes their resumes. */
    remove: (ids: string[], actor: string) =>
      change({ ids }, actor, {
        action: 'LEAD_DELETED',
        isDue: () => true,
        apply: (trx, found) => trx('leads').whereIn('id', found).delete(),
      }),

    /** Returns the keys among those of the leads that others name, too. The database refuses that. */
    sharedKeys: (leads: Lead[]): Promise<string[]> =>
      db('leads')
        .whereRaw('resume_key collate "C" = any(?)', [leads.map(({ resume }) => resume.key)])
        .whereNotIn(
          'id',
          leads.map(({ id }) => id),
        )
        .pluck<string[]>('resume_key'),
  };
}

async function recordEach(
  trx: Knex.Transaction,
  ids: string[],
  { actor, action, details = {} }: Pick<Change, 'action' | 'details'> & { actor: string },
): Promise<void> {
  if (ids.length === 0) return;
  await trx('audit_events').insert(ids.map((id) => ({ actor, action, lead_id: id, details })));
}
