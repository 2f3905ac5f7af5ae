import type { Knex } from 'knex';
import { narrowTo, type LeadFilter } from '../filter';
import type { Lead } from '../lead';
import { selectLeads } from '../rows';
import { searchPatterns } from '../search';

export const maxAtOnce = 500;

/** Leads by their ids, or all of a view; `total` is how many of them somebody was shown. */
export type Selection = { ids: string[] } | { filter: LeadFilter; total?: number | undefined };

/** Nothing was changed. `problem` says why. */
export class BulkRefusal extends Error {
  constructor(
    readonly problem: 'TOO_MANY' | 'OTHER_NUMBER' | 'NO_ASSIGNEE',
    /** How many leads the view has now, where that is the problem. */
    readonly count = 0,
  ) {
    super(`Refused: ${problem}`);
    this.name = 'BulkRefusal';
  }
}

/** Locks the leads of a selection, and returns them. */
export async function lock(trx: Knex.Transaction, selection: Selection): Promise<Lead[]> {
  const leads = trx('leads').orderBy('leads.id').forUpdate();
  if ('ids' in selection) void leads.whereIn('leads.id', selection.ids);
  else {
    const narrow = narrowTo(selection.filter, await searchPatterns(trx, selection.filter.q));
    const some = trx('leads')
      .modify(narrow)
      .limit(maxAtOnce + 1);
    const ids = await some.pluck<string[]>('leads.id');
    if (ids.length > maxAtOnce) throw new BulkRefusal('TOO_MANY');
    void leads.whereIn('leads.id', ids).modify(narrow); // some may have left the view meanwhile
  }
  const ids = await leads.pluck<string[]>('leads.id');
  if ('total' in selection && selection.total !== undefined && selection.total !== ids.length) {
    throw new BulkRefusal('OTHER_NUMBER', ids.length);
  }
  // In a statement of its own, which sees what those changed for whom the lock had to wait.
  const order = ['leads.created_at', 'leads.id'].map((column) => ({ column }));
  return (await selectLeads(trx).whereIn('leads.id', ids).orderBy(order)) as Lead[];
}
