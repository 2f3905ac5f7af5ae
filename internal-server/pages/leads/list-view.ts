import type { Account } from '../../../common/accounts/repository';
import type { Lead } from '../../../common/leads/lead';
import { countedAtMost, type LeadPage } from '../../../common/leads/list';
import type { Overview } from '../../../common/metrics/overview/overview';
import type { SignedIn } from '../../auth/sign-in';
import { formatCount, fullName, toTime } from '../../format';
import {
  firstView,
  leadListUrl,
  viewParameters,
  type LeadPageRequest,
  type LeadView,
} from '../../leads/query';
import { accountOptions } from '../layout/options';
import { createChart } from './chart';
import { leadFigures } from './figures';
import { briefState } from './lead-state';

interface LeadListInput {
  request: LeadPageRequest;
  page: LeadPage;
  flaggedCount: number;
  accounts: Account[];
  overview: Overview;
  overdueAfterHours: number;
}

/** The worklist as `account` sees it. */
export function toLeadList(input: LeadListInput, account: SignedIn) {
  const { request, page, flaggedCount, accounts, overview, overdueAfterHours } = input;
  const { view } = request;
  return {
    figures: leadFigures(overview, overdueAfterHours, account),
    chart: createChart(overview.days),
    tabs: tabs(view, flaggedCount),
    filter: filter(view, accounts, account),
    isFlaggedView: view.flagged,
    leads: page.items.map((lead) => toRow(lead, overdueAfterHours)),
    total: totalText(page),
    headings: {
      name: heading('Name', 'last_name', view, page),
      received: heading('Received', 'created_at', view, page),
      state: heading('State', 'state', view, page),
    },
    exportUrl: leadListUrl(view, {}, '/leads.csv'),
    nextUrl: page.next && leadListUrl(view, { after: page.next }),
    prevUrl: page.prev && leadListUrl(view, { before: page.prev }),
  };
}

/** The views side by side. What narrows one narrows the others as well. */
function tabs(view: LeadView, flaggedCount: number) {
  const tab = (label: string, part: Pick<LeadView, 'flagged' | 'state'>, count?: string) => ({
    label,
    count,
    url: leadListUrl({ ...view, ...part }),
    isCurrent: part.flagged === view.flagged && (part.flagged || part.state === view.state),
  });
  return [
    tab('All', { flagged: false, state: undefined }),
    tab('Waiting', { flagged: false, state: 'PENDING' }),
    tab('Reached out', { flagged: false, state: 'REACHED_OUT' }),
    tab('Flagged', { flagged: true, state: undefined }, formatCount(flaggedCount, countedAtMost)),
  ];
}

const keptByFilter = ['state', 'flagged', 'sort', 'order', 'limit'];

function filter(view: LeadView, accounts: Account[], account: SignedIn) {
  const { q = '', assigned = '', from = '', to = '', state, flagged } = view;
  const colleagues = accounts.filter(({ id }) => id !== account.id);
  return {
    ...{ q, assigned, from, to },
    assignedOptions: [
      { value: '', label: 'Anybody or nobody' },
      { value: 'me', label: 'Me' },
      { value: 'nobody', label: 'Nobody' },
      ...accountOptions(colleagues),
    ],
    kept: viewParameters(view).filter(([name]) => keptByFilter.includes(name)),
    isNarrowed: [q, assigned, from, to].some((value) => value !== ''),
    clearUrl: leadListUrl({ ...firstView, state, flagged }),
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

function toRow(lead: Lead, overdueAfterHours: number) {
  return {
    id: lead.id,
    name: fullName(lead),
    email: lead.email,
    received: toTime(lead.createdAt),
    assignee: lead.assignedTo?.name,
    state: briefState(lead, overdueAfterHours),
    action: actionFor(lead),
    isSelectable: !lead.flaggedReason && lead.state === 'PENDING',
  };
}

/** The button in a lead's row: the last part of the route, and the label. */
function actionFor({ flaggedReason, state }: Lead) {
  if (flaggedReason) return { path: 'not-spam', label: 'Not spam' };
  return state === 'PENDING' ? { path: 'reached-out', label: 'Mark reached out' } : undefined;
}
