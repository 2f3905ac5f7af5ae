import type { Context } from 'koa';
import type { AccountRepository } from '../../../common/accounts/repository';
import type { LeadRepository } from '../../../common/leads/repository';
import type { Overview } from '../../../common/metrics/overview/overview';
import { listLeads, type ListLeadsDeps } from '../../leads/list-leads';
import { leadListUrl, readLeadQuery } from '../../leads/query';
import { seeOther } from '../layout/flash';
import type { RenderPage } from '../layout/render-page';
import { toLeadList } from './list-view';

export interface LeadListDeps extends ListLeadsDeps {
  leads: Pick<LeadRepository, 'list' | 'countFlagged'>;
  accounts: Pick<AccountRepository, 'list'>;
  overview: () => Promise<Overview>;
  config: { overdueAfterHours: number };
  render: RenderPage;
}

/** `GET /leads` */
export function createListPage(deps: LeadListDeps) {
  const { leads, accounts, overview, config, render } = deps;
  return async (ctx: Context): Promise<void> => {
    const request = readLeadQuery(ctx.query);
    const { account } = ctx.state;
    const [page, flaggedCount, everybody, figures] = await Promise.all([
      listLeads(deps, request, account.id),
      leads.countFlagged(),
      accounts.list(),
      overview(),
    ]);
    if (page.items.length === 0 && request.after) {
      seeOther(ctx, leadListUrl(request.view)); // the leads there have left this view
      return;
    }
    const input = { request, page, flaggedCount, accounts: everybody, overview: figures };
    const list = toLeadList({ ...input, overdueAfterHours: config.overdueAfterHours }, account);
    ctx.body = await render(ctx, 'leads/list', { title: 'Leads', ...list });
  };
}
