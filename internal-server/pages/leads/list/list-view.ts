import type { Account } from '../../../../common/accounts/repository';
import type { Lead } from '../../../../common/leads/lead';
import type { LeadPage } from '../../../../common/leads/list';
import { tabsCountedAtMost } from '../../../../common/leads/repository';
import type { NewsStart } from '../../../../common/leads/news';
import type { Overview } from '../../../../common/metrics/overview/overview';
import type { SignedIn } from '../../../auth/sign-in';
import { formatCount, fullName, toTime } from '../../../format';
import { exportUrl, leadListUrl, type LeadPageRequest, type LeadView } from '../../../leads/query';
import { tabOf, viewsOfTabs } from '../../../leads/tabs';
import { createBulkForm } from '../bulk/bulk-form';
import { createChart } from './chart';
import { leadFigures, type FigureCounts } from './figures';
import { createFilter } from './filter-view';
import { briefState } from '../lead-state';
import { newsUrl } from './news';
import { createTabs, type TabCounts } from './tabs';

interface LeadListInput {
  request: LeadPageRequest;
  page: LeadPage;
  tabCounts: TabCounts;
  figureCounts: FigureCounts;
  accounts: Account[];
  overview: Overview;
  news: NewsStart;
  overdueAfterHours: number;
}

/** The worklist as `account` sees it. */
export function toLeadList(input: LeadListInput, account: SignedIn) {
  const { request, page, tabCounts, figureCounts, accounts, overview, news } = input;
  const { overdueAfterHours } = input;
  const { view } = request;
  const { FLAGGED: flaggedCount = 0 } = tabCounts;
  return {
    figures: leadFigures(overview, figureCounts, overdueAfterHours, account),
    chart: createChart(overview.days),
    tabs: createTabs(view, tabCounts, page),
    tab: tabOf(view),
    filter: createFilter(view, accounts, account),
    flaggedMatches:
      view.q !== undefined && !view.flagged && flaggedCount > 0
        ? {
            url: leadListUrl(viewsOfTabs(view).FLAGGED),
            isOne: flaggedCount === 1,
            count: formatCount(flaggedCount, tabsCountedAtMost),
          }
        : undefined,
    leads: page.items.map((lead) => toRow(lead, request, overdueAfterHours)),
    total: totalText(page),
    headings: {
      name: heading('Name', 'last_name', view, page),
      received: heading('Received', 'created_at', view, page),
      state: heading('State', 'state', view, page),
    },
    bulk: createBulkForm(request, page, accounts, account),
    news: { ...news, since: news.since.toISOString(), url: newsUrl(view, page) },
    exportUrl: exportUrl(view, {}, '/leads.csv'),
    nextUrl: page.next && leadListUrl(view, { after: page.next }),
    prevUrl: page.prev && leadListUrl(view, { before: page.prev }),
  };
}

function totalText({ total, totalIsExact, isWide }: LeadPage): string {
  const count = formatCount(total);
  if (isWide) return `More than ${count} match. Add a word.`;
  return `${count}${totalIsExact ? '' : '+'} ${total === 1 ? 'lead' : 'leads'}`;
}

/** Links to this order, or where it is the current one, to its reverse. A wide search has one order. */
function heading(label: string, sort: LeadView['sort'], view: LeadView, { isWide }: LeadPage) {
  if (isWide) return { label, url: undefined, sorted: undefined };
  const current = view.sort === sort ? view.order : undefined;
  const url = leadListUrl({ ...view, sort, order: current === 'asc' ? 'desc' : 'asc' });
  return { label, url, sorted: current && (current === 'asc' ? 'ascending' : 'descending') };
}

function toRow(lead: Lead, { view, after, before }: LeadPageRequest, overdueAfterHours: number) {
  return {
    id: lead.id,
    url: leadListUrl(view, { after, before }, `/leads/${lead.id}`),
    name: fullName(lead),
    email: lead.email,
    isUnopened: lead.openedAt === null,
    received: toTime(lead.createdAt),
    assignee: lead.assignedTo?.name,
    state: briefState(lead, overdueAfterHours),
    action: actionFor(lead),
  };
}

/** The button in a lead's row: the last part of the route, and the label. */
function actionFor({ flaggedReason, state }: Lead) {
  if (flaggedReason) return { path: 'not-spam', label: 'Not spam' };
  return state === 'PENDING' ? { path: 'reached-out', label: 'Mark reached out' } : undefined;
}
