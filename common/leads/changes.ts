import type { Knex } from 'knex';
import { recordEvent, type AuditEvent } from '../audit/repository';
import { addNoteOnce, insertNote } from './notes';
import { undoLastChange } from './undo';

interface Outreach {
  reached_out_at: Date;
  reached_out_by: string;
}

/**
 * What accounts do to a lead, each recorded in the audit in the same transaction, in which a note
 * is added as well if one is given. Each returns false, and changes nothing, when the lead does not
 * exist or is not in the state to be changed.
 */
export function createLeadChanges(db: Knex) {
  type LeadEvent = AuditEvent & { leadId: string };
  type Change = (trx: Knex.Transaction) => Promise<number | AuditEvent['details']>;

  /** `change` returns how many rows it changed, or the details of its event. */
  const record = (event: LeadEvent, note: string | undefined, change: Change) =>
    db.transaction(async (trx) => {
      const result = await change(trx);
      if (!result) return false;
      await recordEvent(trx, typeof result === 'object' ? { ...event, details: result } : event);
      if (note !== undefined) await addNoteOnce(trx, event.leadId, event.actor, note);
      return true;
    });

  return {
    /** Of two accounts at the same instant, one succeeds. */
    markReachedOut: (id: string, actor: string, note?: string) =>
      record({ actor, action: 'REACHED_OUT', leadId: id }, note, (trx) =>
        reachOut(trx('leads').where({ id, state: 'PENDING' }), trx, actor),
      ),

    /** Makes the lead pending again, and keeps the reason, if there is one, as a note. */
    reopen: (id: string, actor: string, reason?: string, note?: string) =>
      record({ actor, action: 'REOPENED', leadId: id }, note, async (trx) => {
        const lead = trx('leads').where({ id, state: 'REACHED_OUT' });
        const outreach = await lead
          .clone()
          .forNoKeyUpdate()
          .first<Outreach | undefined>('reached_out_at', 'reached_out_by');
        if (!outreach) return 0;
        await lead.update({ state: 'PENDING', reached_out_at: null, reached_out_by: null });
        // The event outlives the lead, and the reason may name the prospect: it stays in the note.
        const reasonNote = reason && { note_id: await insertNote(trx, id, actor, reason) };
        return { ...outreach, ...reasonNote }; // with what an undo restores
      }),

    undo: (id: string, actor: string, note?: string) => undoLastChange(db, id, actor, note),

    /** Assigns the lead, or unassigns it (null). False also when the account is disabled or unknown. */
    assign: (id: string, assigneeId: string | null, actor: string, note?: string) =>
      record({ actor, action: 'ASSIGNED', leadId: id }, note, async (trx) => {
        const changed = await assignTo(trx('leads').where({ id }), trx, assigneeId);
        return changed === 0 ? 0 : { account_id: assigneeId };
      }),

    /**
     * Removes the flag, and queues the emails that it held back. The trigger
     * leads_refuse_other_content does the same when a submission is repeated without the honeypot.
     */
    markNotSpam: (id: string, actor: string, note?: string) =>
      record({ actor, action: 'NOT_SPAM', leadId: id }, note, async (trx) => {
        const lead = trx('leads').where({ id }).whereNotNull('flagged_reason');
        const changed = await lead.update({ flagged_reason: null });
        if (changed > 0) await queueHeldEmails(trx, [id]);
        return changed;
      }),
  };
}

/** Marks the leads of a query. Whoever reached out has opened them. */
export function reachOut(leads: Knex.QueryBuilder, trx: Knex, actor: string): Promise<number> {
  return leads.update({
    state: 'REACHED_OUT',
    reached_out_at: trx.fn.now(),
    reached_out_by: actor,
    opened_at: trx.raw('coalesce(opened_at, now())'),
  });
}

/** Assigns the leads of a query to an active account, or unassigns them (null). */
export function assignTo(
  leads: Knex.QueryBuilder,
  trx: Knex,
  assigneeId: string | null,
): Promise<number> {
  if (assigneeId !== null) {
    void leads.whereExists(trx('accounts').where({ id: assigneeId, is_active: true }).forShare());
  }
  return leads.update({ assigned_to: assigneeId });
}

/** Queues the emails that the flags of these leads held back. */
export async function queueHeldEmails(trx: Knex, leadIds: string[]): Promise<void> {
  await trx('outbox')
    .whereIn('lead_id', leadIds)
    .where({ state: 'SKIPPED', last_error: 'FLAGGED' })
    .update({ state: 'QUEUED', next_attempt_at: trx.fn.now(), last_error: null });
}
