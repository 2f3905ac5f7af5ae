import type { Timeline } from '../../common/audit/timeline';
import type { Lead } from '../../common/leads/lead';
import { stateChanges, undoMinutes } from '../../common/leads/undo';
import { secondsSince } from '../format';

/** Whether a change is so recent that its account may take it back. */
export function isRecent(at: Date): boolean {
  return secondsSince(at) < undoMinutes * 60;
}

/** Whether the account marked the lead so recently that it may take that back. */
export function isOwnRecentOutreach(lead: Lead, accountId: string | undefined): boolean {
  const { reachedOutBy, reachedOutAt } = lead;
  return (
    reachedOutBy !== null && reachedOutBy.id === accountId && isRecent(reachedOutAt ?? new Date(0))
  );
}

/** Returns what the account could undo now, as its label; the undo itself decides. */
export function undoLabel({ events }: Timeline, account: string): string | undefined {
  const isStateChange = ({ action }: { action: string }) =>
    (stateChanges as readonly string[]).includes(action);
  const last = events.find(isStateChange);
  if (last?.actor !== account || last.action === 'UNDONE' || !isRecent(last.at)) return undefined;
  return last.action === 'REOPENED' ? 'Undo reopening' : 'Undo';
}
