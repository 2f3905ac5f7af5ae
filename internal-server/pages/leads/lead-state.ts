import type { Lead } from '../../../common/leads/lead';
import { formatAgo, formatDuration, formatTime, secondsSince } from '../../format';

/** In a row of the list, with times that are quick to read. */
export function briefState(lead: Lead, overdueAfterHours: number) {
  return {
    reachedOut: outreachOf(lead, formatAgo),
    waitingFor: '',
    isOverdue: isOverdue(lead, overdueAfterHours),
    flag: lead.flaggedReason ? 'Flagged' : undefined,
  };
}

export function fullState(lead: Lead, overdueAfterHours: number) {
  return {
    reachedOut: outreachOf(lead, formatTime),
    waitingFor: `for ${formatDuration(secondsSince(lead.createdAt))}`,
    isOverdue: isOverdue(lead, overdueAfterHours),
    flag: lead.flaggedReason ? `Flagged: ${lead.flaggedReason}` : undefined,
  };
}

function outreachOf({ reachedOutBy, reachedOutAt }: Lead, format: (date: Date) => string) {
  return reachedOutBy && reachedOutAt
    ? { by: reachedOutBy.name, when: format(reachedOutAt) }
    : undefined;
}

function isOverdue({ createdAt }: Lead, overdueAfterHours: number): boolean {
  return secondsSince(createdAt) > overdueAfterHours * 3600;
}
