import { createRouter, type Router } from '../../auth/router';
import createError, { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import type { LeadRepository } from '../../../common/leads/repository';
import { findLead } from '../../leads/find-lead';
import { readForm, textOf } from '../../http/form';
import { createLeadPage, type LeadPageDeps } from './lead-page';
import { markReachedOut } from '../../leads/mark-reached-out';
import { seeOther } from '../layout/flash';

export interface OutreachRouteDeps extends LeadPageDeps {
  config: { baseUrl: string; overdueAfterHours: number };
  leads: Pick<LeadRepository, 'find' | 'othersFrom' | 'markReachedOut' | 'reopen'>;
}

const maxSelected = 100; // as many as a page shows

export function outreachRoutes(deps: OutreachRouteDeps): Router {
  const { config, leads, render } = deps;
  const router = createRouter();
  const leadPage = createLeadPage(deps);

  router.post('/leads/reached-out', async (ctx) => {
    const ids = [...new Set(readForm(ctx).getAll('ids'))];
    if (ids.length > maxSelected) throw createError(422, `Select ${maxSelected} leads at most.`);
    const results = [];
    for (const id of ids) results.push(await markOne(id, ctx.state.account.id));
    ctx.body = await render(ctx, 'leads/reached-out', {
      title: 'Reached out',
      results,
      backUrl: listOfReferer(ctx, config.baseUrl) ?? '/leads',
    });
  });

  router.post('/leads/:id/reached-out', async (ctx) => {
    const { lead, isFirst, refusal } = await markReachedOut(
      leads,
      ctx.params.id,
      ctx.state.account.id,
    );
    if (refusal) {
      ctx.status = 409;
      ctx.body = await leadPage(ctx, lead, { message: `${refusal} Nothing was changed.` });
      return;
    }
    const list = listOfReferer(ctx, config.baseUrl);
    seeOther(
      ctx,
      list ?? `/leads/${lead.id}`,
      isFirst ? 'REACHED_OUT' : 'REACHED_OUT_ALREADY',
      list && lead.id,
    );
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
    try {
      const { lead, isFirst, refusal } = await markReachedOut(leads, id, accountId);
      const outcome = isFirst ? 'Marked as reached out.' : 'You did already.';
      return { lead, isFirst, outcome: refusal ?? outcome };
    } catch (error) {
      if (!isHttpError(error)) throw error;
      return { isFirst: false, outcome: error.message };
    }
  }

  return router;
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
