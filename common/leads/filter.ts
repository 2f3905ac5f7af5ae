import type { Knex } from 'knex';
import type { LeadState } from './lead';

/** Which leads a list shows. What is undefined does not restrict it. */
export interface LeadFilter {
  state?: LeadState | undefined;
  /** Either the flagged leads or all others. */
  flagged: boolean;
  /** Words: the first ten must all occur in name, email or reference. */
  q?: string | undefined;
  /** An account's id; null for unassigned leads. */
  assignedTo?: string | null | undefined;
  /** Those that wait, are not flagged and were received before. */
  overdueSince?: Date | undefined;
  /** Those that nobody has opened. */
  unopened?: boolean | undefined;
  receivedFrom?: Date | undefined;
  receivedBefore?: Date | undefined;
}

export type Narrow = (builder: Knex.QueryBuilder) => void;

/** Restricts a query to the leads of the filter; `patterns` are those of its search. */
export function narrowTo(filter: LeadFilter, patterns: string[] = []): Narrow {
  return (builder) => {
    if (filter.flagged) builder.whereNotNull('leads.flagged_reason');
    else builder.whereNull('leads.flagged_reason');
    if (filter.state) builder.where('leads.state', filter.state);
    if (filter.assignedTo !== undefined) builder.where('leads.assigned_to', filter.assignedTo);
    if (filter.overdueSince) {
      builder.where('leads.state', 'PENDING').whereNull('leads.flagged_reason');
      builder.where('leads.created_at', '<', filter.overdueSince);
    }
    if (filter.unopened) builder.whereNull('leads.opened_at');
    if (filter.receivedFrom) builder.where('leads.created_at', '>=', filter.receivedFrom);
    if (filter.receivedBefore) builder.where('leads.created_at', '<', filter.receivedBefore);
    matching(patterns)(builder);
  };
}

export function matching(patterns: string[]): Narrow {
  return (builder) => {
    for (const pattern of patterns) builder.whereLike('leads.search_text', pattern);
  };
}
