import type { LeadPage } from '../../../../common/leads/list';
import { tabsCountedAtMost } from '../../../../common/leads/repository';
import { formatCount } from '../../../format';
import { leadListUrl, type LeadView } from '../../../leads/query';
import { tabOf, viewsOfTabs, type TabName } from '../../../leads/tabs';

/** How many leads each tab shows, where that is known. */
export type TabCounts = Partial<Record<TabName, number>>;

const labels: Record<TabName, string> = {
  WAITING: 'Waiting',
  MINE: 'Mine',
  ALL: 'All',
  REACHED_OUT: 'Reached out',
  FLAGGED: 'Flagged',
};

/** The tabs with their counts; the page knows its own. */
export function createTabs(view: LeadView, counts: TabCounts, page: LeadPage) {
  const current = tabOf(view);
  const known: TabCounts = { ...counts, [current]: page.isWide ? Infinity : page.total };
  return Object.entries(viewsOfTabs(view)).map(([tab, viewOfTab]) => {
    const count = known[tab as TabName];
    return {
      label: labels[tab as TabName],
      count: count === undefined ? undefined : formatCount(count, tabsCountedAtMost),
      url: leadListUrl(viewOfTab),
      isCurrent: tab === current,
    };
  });
}
