import type { Timeline } from '../../../../common/audit/timeline';
import { openingMinutes } from '../../../../common/leads/news';
import { toTime } from '../../../format';

const recentMs = openingMinutes * 60_000;

/** Who else opened the lead within five minutes, the latest first, as `GET /leads/news` tells later. */
export function colleaguesOn({ events }: Pick<Timeline, 'events'>, accountId: string) {
  const latest = new Map<string, { name: string; opened: ReturnType<typeof toTime> }>();
  for (const { action, actor, by, at } of events) {
    const isRecent = action === 'LEAD_OPENED' && Date.now() - at.getTime() < recentMs;
    if (!isRecent || actor === accountId || by === null || latest.has(actor)) continue;
    latest.set(actor, { name: by, opened: toTime(at) });
  }
  return [...latest.values()];
}
