import type { BulkResult } from '../../../../common/leads/bulk/bulk';
import type { Lead } from '../../../../common/leads/lead';
import { maxAtOnce, type BulkRefusal } from '../../../../common/leads/bulk/selection';
import { fullName } from '../../../format';
import { refusalOf } from '../../../leads/mark-reached-out';

export type BulkAction = 'reached-out' | 'assign' | 'not-spam' | 'delete';

/** One line of the page after a change of several leads. */
export interface BulkLine {
  /** Undefined for an id that is no lead. */
  lead: { id: string; name: string; isLink: boolean } | undefined;
  isChanged: boolean;
  outcome: string;
  /** Whether the change can be taken back lead by lead. */
  canUndo: boolean;
}

const done: Record<BulkAction, string> = {
  'reached-out': 'Marked as reached out.',
  assign: 'Assigned.',
  'not-spam': 'Moved to the leads. Its emails are queued.',
  delete: 'Deleted.',
};

const summaries: Record<BulkAction, string> = {
  'reached-out': 'marked as reached out',
  assign: 'assigned',
  'not-spam': 'moved to the leads',
  delete: 'deleted',
};

export function summaryOf(action: BulkAction, lines: BulkLine[]): string {
  const count = lines.filter(({ isChanged }) => isChanged).length;
  return `${count} of ${lines.length} ${summaries[action]}.`;
}

/** Returns a line for each lead, in the order of `ids` where they are given. */
export function linesOf(
  action: BulkAction,
  { changed, unchanged }: BulkResult,
  ids: string[] | undefined,
  accountId: string,
): BulkLine[] {
  const lines = new Map<string, BulkLine>();
  for (const lead of unchanged) {
    lines.set(lead.id, line(lead, action, reasonOf(action, lead, accountId), false));
  }
  for (const lead of changed) lines.set(lead.id, line(lead, action, done[action], true));
  return ids ? ids.map((id) => lines.get(id) ?? missing) : [...lines.values()];
}

const missing: BulkLine = {
  lead: undefined,
  isChanged: false,
  outcome: 'No such lead. It may have been deleted.',
  canUndo: false,
};

function line(lead: Lead, action: BulkAction, outcome: string, isChanged: boolean): BulkLine {
  return {
    lead: { id: lead.id, name: fullName(lead), isLink: action !== 'delete' || !isChanged },
    ...{ isChanged, outcome },
    canUndo: isChanged && action === 'reached-out',
  };
}

function reasonOf(action: BulkAction, lead: Lead, accountId: string): string {
  if (action === 'not-spam') return 'It is not flagged, or no longer.';
  if (action === 'delete') return 'Its resume could not be deleted, so the lead stays. Try again.';
  if (action === 'assign') {
    return lead.assignedTo ? `${lead.assignedTo.name} has it already.` : 'Nobody has it.';
  }
  return lead.reachedOutBy?.id === accountId ? 'You had already marked it.' : refusalOf(lead);
}

/** Who had the leads before they were assigned, each with the leads to give back. */
export function previousAssignees({ changed }: BulkResult) {
  const previous = new Map<string, { account: string; name: string; ids: string[] }>();
  for (const { id, assignedTo } of changed) {
    const account = assignedTo?.id ?? '';
    const entry = previous.get(account) ?? { account, name: assignedTo?.name ?? '', ids: [] };
    entry.ids.push(id);
    previous.set(account, entry);
  }
  return [...previous.values()];
}

export const nothingSelected =
  'No lead was selected. Go back, select the leads that you mean, and press the button again.';

/** Says why nothing was changed. */
export function problemOf({ problem, count }: BulkRefusal): string {
  if (problem === 'NO_ASSIGNEE') {
    return 'This account cannot take leads: it is disabled or does not exist.';
  }
  if (problem === 'TOO_MANY') {
    return `This view has more than ${maxAtOnce} leads. Narrow it, by dates for example. Nothing was changed.`;
  }
  return `This view has ${count} leads now, another number than when it was shown. Nothing was changed. Go back and look at it again.`;
}
