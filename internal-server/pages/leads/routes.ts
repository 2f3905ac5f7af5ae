import { createRouter, type Router } from '../../auth/router';
import type { AccountRepository } from '../../../common/accounts/repository';
import type { AuditRepository } from '../../../common/audit/repository';
import { countedAtMost, type LeadListQuery } from '../../../common/leads/list';
import type { LeadRepository } from '../../../common/leads/repository';
import type { Overview } from '../../../common/metrics/overview/overview';
import { chart } from './chart';
import { findLead } from '../../leads/find-lead';
import { createLeadPage, type LeadPageDeps } from './lead-page';
import {
  firstView,
  leadListUrl,
  readLeadQuery,
  toListQuery,
  viewParameters,
  type LeadView,
} from '../../leads/query';
import { seeOther } from '../layout/flash';
import type { RenderPage } from '../layout/render-page';
import { counted } from '../../format';

export interface LeadRouteDeps extends LeadPageDeps {
  leads: Pick<LeadRepository, 'list' | 'find' | 'othersFrom' | 'countFlagged'>;
  audit: Pick<AuditRepository, 'record' | 'timeline'>;
  accounts: Pick<AccountRepository, 'list'>;
  overview: () => Promise<Overview>;
  config: { overdueAfterHours: number };
  render: RenderPage;
}

export function leadRoutes(deps: LeadRouteDeps): Router {
  const { leads, audit, accounts, overview, config, render } = deps;
  const router = createRouter();
  const leadPage = createLeadPage(deps);

  router.get('/', (ctx) => {
    seeOther(ctx, leadListUrl(firstView));
  });

  router.get('/leads', async (ctx) => {
    const request = readLeadQuery(ctx.query);
    const { view } = request;
    const query = toListQuery(request, ctx.state.account.id);
    const [page, flagged, everybody, figures] = await Promise.all([
      leads.list(query),
      leads.countFlagged(),
      accounts.list(),
      overview(),
    ]);
    if (page.items.length === 0 && request.after) {
      seeOther(ctx, leadListUrl(view)); // whatever was there has left this view
      return;
    }
    ctx.body = await render(ctx, 'leads/list', {
      title: 'Leads',
      view,
      page,
      colleagues: everybody.filter(({ id }) => id !== ctx.state.account.id),
      tabs: tabs(view, flagged),
      columns: columns(view),
      isNarrowed: isNarrowed(query),
      clearUrl: leadListUrl({ ...firstView, state: view.state, flagged: view.flagged }),
      exportUrl: leadListUrl(view, {}, '/leads.csv'),
      kept: viewParameters(view).filter(([name]) => keptByFilter.includes(name)),
      nextUrl: page.next && leadListUrl(view, { after: page.next }),
      prevUrl: page.prev && leadListUrl(view, { before: page.prev }),
      overdueAfterHours: config.overdueAfterHours,
      overview: figures,
      chart: chart(figures.days),
    });
  });

  router.get('/leads/:id', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    await audit.record({ actor: ctx.state.account.id, action: 'LEAD_OPENED', leadId: lead.id });
    ctx.body = await leadPage(ctx, lead);
  });

  return router;
}

const keptByFilter = ['state', 'flagged', 'sort', 'order', 'limit'];

function isNarrowed({ q, assignedTo, receivedFrom, receivedBefore }: LeadListQuery): boolean {
  return [q, assignedTo, receivedFrom, receivedBefore].some((x) => x !== undefined);
}

/** The views side by side; what narrows one narrows the others as well. */
function tabs(view: LeadView, flagged: number) {
  const tab = (label: string, part: Pick<LeadView, 'flagged' | 'state'>, count?: string) => ({
    label,
    count,
    url: leadListUrl({ ...view, ...part }),
    isCurrent: part.flagged === view.flagged && (part.flagged || part.state === view.state),
  });
  const flaggedCount = counted(flagged, countedAtMost);
  return [
    tab('All', { flagged: false, state: undefined }),
    tab('Waiting', { flagged: false, state: 'PENDING' }),
    tab('Reached out', { flagged: false, state: 'REACHED_OUT' }),
    tab('Flagged', { flagged: true, state: undefined }, flaggedCount),
  ];
}

/** The headings that sort; the current one turns its order around. */
function columns(view: LeadView) {
  const heading = (sort: LeadView['sort']) => {
    const isCurrent = view.sort === sort;
    const order = isCurrent && view.order === 'asc' ? 'desc' : 'asc';
    return {
      url: leadListUrl({ ...view, sort, order }),
      sorted: isCurrent ? (view.order === 'asc' ? 'ascending' : 'descending') : undefined,
    };
  };
  return {
    name: heading('last_name'),
    received: heading('created_at'),
    state: heading('state'),
  };
}
