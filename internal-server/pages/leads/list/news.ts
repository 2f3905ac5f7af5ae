import type { Context } from 'koa';
import { z } from 'zod';
import { isUuid } from '../../../../common/is-uuid';
import type { LeadPage } from '../../../../common/leads/list';
import type { NewsRepository } from '../../../../common/leads/news';
import { readQuery } from '../../../http/query';
import { noSuchLead } from '../../../leads/find-lead';
import { firstView, leadListUrl, type LeadView } from '../../../leads/query';
import { tabOf } from '../../../leads/tabs';

export interface NewsDeps {
  news: Pick<NewsRepository, 'arrived' | 'openings'>;
}

const parameters = z.strictObject({
  since: z.iso
    .datetime({ offset: true })
    .refine((text) => text >= '0001')
    .optional(),
  lead: z.string().optional(),
});

/**
 * `GET /leads/news`: what an open page does not show yet. It names no prospect, so the audit has
 * nothing of it.
 */
export function createNews({ news }: NewsDeps) {
  return async (ctx: Context): Promise<void> => {
    const { since, lead } = readQuery(parameters, ctx.query);
    const [arrived, others] = await Promise.all([
      since === undefined ? 0 : news.arrived(new Date(since)),
      lead === undefined ? [] : findOpenings(lead, ctx.state.account.id),
    ]);
    ctx.body = {
      arrived,
      others: others.map(({ name, openedAt }) => ({ name, opened_at: openedAt.toISOString() })),
    };
  };

  async function findOpenings(leadId: string, accountId: string) {
    const openings = isUuid(leadId) ? await news.openings(leadId, accountId) : undefined;
    if (!openings) throw noSuchLead();
    return openings;
  }
}

/** Where a list shows leads that arrive now: itself, newest first unless they fit on its one page. */
export function newsUrl(view: LeadView, { next, prev }: LeadPage): string {
  const { q, overdue, to, assigned } = view;
  const isShownHere =
    ['WAITING', 'ALL'].includes(tabOf(view)) && !q && !overdue && !to && !assigned;
  if (isShownHere && !next && !prev) return leadListUrl(view);
  const shown = isShownHere ? view : firstView;
  return leadListUrl({ ...shown, sort: 'created_at', order: 'desc' });
}
