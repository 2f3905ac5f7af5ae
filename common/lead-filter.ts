import type { Knex } from 'knex';
import { isUuid } from './is-uuid';
import type { LeadState } from './lead';
import { reference } from './reference';

/** Which leads a list shows; what is absent does not narrow it. */
export interface LeadFilter {
  state?: LeadState | undefined;
  /** The flagged ones are a list of their own. */
  flagged: boolean;
  /** Words, of which the first ten must all be found in name, email or reference. */
  q?: string | undefined;
  /** An account's id; null: nobody's. */
  assignedTo?: string | null | undefined;
  receivedFrom?: Date | undefined;
  receivedBefore?: Date | undefined;
}

const maxTerms = 10; // each is looked for by itself

export type Narrow = (builder: Knex.QueryBuilder) => void;

/**
 * Answers what narrows a query to the filter. The search's patterns are made beforehand, in a
 * statement of their own: the planner sees how rare they are, and nothing is computed per row.
 */
export async function narrowTo(db: Knex, filter: LeadFilter): Promise<Narrow> {
  const patterns = await searchPatterns(db, filter.q);
  return (builder) => {
    if (filter.flagged) builder.whereNotNull('leads.flagged_reason');
    else builder.whereNull('leads.flagged_reason');
    if (filter.state) builder.where('leads.state', filter.state);
    if (filter.assignedTo !== undefined) builder.where('leads.assigned_to', filter.assignedTo);
    if (filter.receivedFrom) builder.where('leads.created_at', '>=', filter.receivedFrom);
    if (filter.receivedBefore) builder.where('leads.created_at', '<', filter.receivedBefore);
    for (const pattern of patterns) builder.whereLike('leads.search_text', pattern);
  };
}

async function searchPatterns(db: Knex, q = ''): Promise<string[]> {
  const terms = [...new Set(q.split(/\s+/).filter(Boolean))].slice(0, maxTerms);
  if (terms.length === 0) return [];
  const { rows } = await db.raw<{ rows: { pattern: string | null }[] }>(
    'select lead_search_pattern(term) as pattern from unnest(?::text[]) as term',
    [terms.map((term) => (isUuid(term) ? reference(term) : term))],
  );
  return rows.flatMap(({ pattern }) => pattern ?? []);
}
