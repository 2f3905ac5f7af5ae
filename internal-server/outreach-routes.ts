import Router from '@koa/router';
import type { Context } from 'koa';
import { isUuid } from '../common/is-uuid';
import type { Lead } from '../common/lead';
import type { LeadRepository } from '../common/leads';
import { findLead } from './find-lead';
import { readForm, textOf } from './form';
import { createLeadPage, type LeadPageDeps } from './lead-page';
import { seeOther } from './news';
import { ago } from './words';

export interface OutreachRouteDeps extends LeadPageDeps {
  config: { baseUrl: string; overdueAfterHours: number };
  leads: Pick<LeadRepository, 'find' | 'othersFrom' | 'markReachedOut' | 'reopen'>;
}

const maxSelected = 100; // as many as a page shows

export function outreachRoutes(deps: OutreachRouteDeps): Router {
  const { config, leads, render } = deps;
  const router = new Router();
  const leadPage = createLeadPage(deps);

  router.post('/leads/reached-out', async (ctx) => {
    const ids = [...new Set(readForm(ctx).getAll('ids'))].slice(0, maxSelected);
    const results = [];
    for (const id of ids) results.push(await markOne(id, ctx.state.account.id));
    ctx.body = await render(ctx, 'reached-out', {
      title: 'Reached out',
      results,
      backUrl: listOfReferer(ctx, config.baseUrl) ?? '/leads',
    });
  });

  router.post('/leads/:id/reached-out', async (ctx) => {
    const { id } = await findLead(leads, ctx.params.id);
    const { account } = ctx.state;
    const isFirst = await leads.markReachedOut(id, account.id);
    const lead = await findLead(leads, id);
    if (!isFirst && lead.reachedOutBy?.id !== account.id) {
      ctx.status = 409;
      ctx.body = await leadPage(ctx, lead, { message: `${tooLate(lead)} Nothing was changed.` });
      return;
    }
    const list = listOfReferer(ctx, config.baseUrl);
    seeOther(ctx, list ?? `/leads/${id}`, 'REACHED_OUT', list && id);
  });

  router.post('/leads/:id/reopen', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    const reason = textOf(readForm(ctx), 'reason');
    const problem = problemOf(reason);
    if (problem) {
      ctx.status = 422;
      ctx.body = await leadPage(ctx, lead, { field: 'reason', message: problem, value: reason });
      return;
    }
    if (await leads.reopen(lead.id, ctx.state.account.id, reason)) {
      seeOther(ctx, `/leads/${lead.id}`, 'REOPENED');
      return;
    }
    ctx.status = 409;
    const message = 'This lead is waiting already. Nothing was changed.';
    ctx.body = await leadPage(ctx, await findLead(leads, lead.id), { message });
  });

  /** One line of the result of a selection. */
  async function markOne(id: string, accountId: string) {
    const isFirst = isUuid(id) && (await leads.markReachedOut(id, accountId));
    const lead = isUuid(id) ? await leads.find(id) : undefined;
    if (!lead)
      return { isFirst: false, outcome: 'There is no such lead. It may have been deleted.' };
    return { lead, isFirst, outcome: isFirst ? 'Marked as reached out.' : tooLate(lead) };
  }

  return router;
}

function tooLate({ reachedOutBy, reachedOutAt }: Lead): string {
  if (!reachedOutBy || !reachedOutAt) return 'This lead was just reopened.';
  return `Already reached out: ${reachedOutBy.name} did, ${ago(reachedOutAt)}.`;
}

function problemOf(reason: string): string | undefined {
  if (/^[^\p{Cc}]{1,1000}$/u.test(reason)) return undefined;
  return 'Say in a few words why, in one line of at most 1,000 characters.';
}

/** Whoever pressed the button in the list stays in it, on the same page. */
function listOfReferer(ctx: Context, baseUrl: string): string | undefined {
  const referer = ctx.get('Referer');
  if (!URL.canParse(referer)) return undefined;
  const { origin, pathname, search } = new URL(referer);
  return origin === new URL(baseUrl).origin && pathname === '/leads'
    ? `/leads${search}`
    : undefined;
}
