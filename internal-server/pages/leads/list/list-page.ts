import type { Context } from 'koa';
import type { AccountRepository } from '../../../../common/accounts/repository';
import type { LeadFilter } from '../../../../common/leads/filter';
import type { NewsRepository } from '../../../../common/leads/news';
import type { LeadRepository } from '../../../../common/leads/repository';
import type { Overview } from '../../../../common/metrics/overview/overview';
import { listLeads, type ListLeadsDeps } from '../../../leads/list-leads';
import { leadListUrl, readLeadQuery, toFilter, type LeadView } from '../../../leads/query';
import { viewsOfTabs } from '../../../leads/tabs';
import { seeOther } from '../../layout/flash';
import type { RenderPage } from '../../layout/render-page';
import { viewsOfFigures } from './figures';
import { toLeadList } from './list-view';

export interface LeadListDeps extends ListLeadsDeps {
  leads: Pick<LeadRepository, 'list' | 'countEach'>;
  news: Pick<NewsRepository, 'start'>;
  accounts: Pick<AccountRepository, 'list'>;
  overview: () => Promise<Overview>;
  config: { overdueAfterHours: number };
  render: RenderPage;
}

/** `GET /leads` */
export function createListPage(deps: LeadListDeps) {
  const { leads, news, accounts, overview, config, render } = deps;
  const { overdueAfterHours } = config;
  return async (ctx: Context): Promise<void> => {
    const request = readLeadQuery(ctx.query);
    const { account } = ctx.state;
    const count = <Name extends string>(views: Record<Name, LeadView>) =>
      leads.countEach(filtersOf(views, account.id, overdueAfterHours));
    // Before the list is read, so that a lead that comes in between is shown and told, not missed.
    const start = await news.start();
    const [page, tabCounts, figureCounts, everybody, figures] = await Promise.all([
      listLeads(deps, request, account.id),
      count(viewsOfTabs(request.view)),
      count(viewsOfFigures),
      accounts.list(),
      overview(),
    ]);
    if (page.items.length === 0 && request.after) {
      seeOther(ctx, leadListUrl(request.view)); // the leads there have left this view
      return;
    }
    const around = { tabCounts, figureCounts, accounts: everybody, overview: figures, news: start };
    const list = toLeadList({ request, page, ...around, overdueAfterHours }, account);
    ctx.body = await render(ctx, 'leads/list', { title: 'Leads', ...list });
  };
}

function filtersOf<Name extends string>(
  views: Record<Name, LeadView>,
  accountId: string,
  overdueAfterHours: number,
): Record<Name, LeadFilter> {
  const filters = Object.entries<LeadView>(views).map(([name, view]) => [
    name,
    toFilter(view, accountId, overdueAfterHours),
  ]);
  return Object.fromEntries(filters) as Record<Name, LeadFilter>;
}
