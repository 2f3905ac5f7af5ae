import Router from '@koa/router';
import createError from 'http-errors';
import type { Context } from 'koa';
import type { AuditRepository } from '../common/audit';
import type { Lead } from '../common/lead';
import type { LeadRepository } from '../common/leads';
import type { OutboxRepository } from '../common/outbox';
import { reference } from '../common/reference';
import type { Render } from '../common/render';
import { findLead } from './find-lead';
import { firstView, leadListUrl, readLeadQuery, type LeadView } from './lead-query';
import { mailInWords } from './mail-words';
import type { SignedIn } from './sign-in';
import * as words from './words';

export interface LeadRouteDeps {
  config: { baseUrl: string };
  leads: Pick<LeadRepository, 'list' | 'find' | 'markReachedOut' | 'reopen'>;
  outbox: Pick<OutboxRepository, 'forLead'>;
  audit: AuditRepository;
  render: Render;
}

const tabs: { label: string; view: LeadView }[] = [
  { label: 'All', view: firstView },
  { label: 'Waiting', view: { ...firstView, state: 'PENDING' } },
  { label: 'Reached out', view: { ...firstView, state: 'REACHED_OUT' } },
  { label: 'Flagged', view: { ...firstView, flagged: true } },
];

export function leadRoutes({ config, leads, outbox, audit, render }: LeadRouteDeps): Router {
  const router = new Router();

  router.get('/', (ctx) => {
    seeOther(ctx, leadListUrl(firstView));
  });

  router.get('/leads', async (ctx) => {
    const query = readLeadQuery(ctx.query);
    const page = await leads.list(query);
    ctx.body = await render('leads', {
      title: 'Leads',
      account: ctx.state.account,
      words,
      reference,
      page,
      tabs: tabs.map(({ label, view }) => ({
        label,
        url: leadListUrl(view),
        isCurrent: view.state === query.state && view.flagged === query.flagged,
      })),
      nextUrl: page.next && leadListUrl(query, { after: page.next }),
      prevUrl: page.prev && leadListUrl(query, { before: page.prev }),
    });
  });

  router.get('/leads/:id', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    const { account } = ctx.state;
    await audit.record({ actor: account.id, action: 'LEAD_OPENED', leadId: lead.id });
    ctx.body = await showLead(lead, account);
  });

  router.post('/leads/:id/reached-out', async (ctx) => {
    const { id } = await findLead(leads, ctx.params.id);
    const { account } = ctx.state;
    const isFirst = await leads.markReachedOut(id, account.id);
    const lead = await findLead(leads, id);
    if (!isFirst && lead.reachedOutBy?.id !== account.id) throw tooLate(lead);
    seeOther(ctx, listOfReferer(ctx, config.baseUrl) ?? `/leads/${id}`);
  });

  router.post('/leads/:id/reopen', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    const { account } = ctx.state;
    const { reason: given } = (ctx.request.body ?? {}) as { reason?: unknown };
    const reason = typeof given === 'string' ? given.trim() : '';
    if (!/^[^\p{Cc}]{1,1000}$/u.test(reason)) {
      const message = 'Say in a few words why, in one line of at most 1,000 characters.';
      ctx.status = 422;
      ctx.body = await showLead(lead, account, { message, reason });
      return;
    }
    if (!(await leads.reopen(lead.id, account.id, reason))) {
      throw createError(409, 'This lead is waiting already.');
    }
    seeOther(ctx, `/leads/${lead.id}`);
  });

  async function showLead(
    lead: Lead,
    account: SignedIn,
    problem?: { message: string; reason: string },
  ): Promise<string> {
    return render('lead', {
      title: `${lead.firstName} ${lead.lastName}`,
      account,
      words,
      reference,
      lead,
      mails: (await outbox.forLead(lead.id)).map(mailInWords),
      changes: await audit.stateChanges(lead.id),
      problem,
    });
  }

  return router;
}

function tooLate({ reachedOutBy, reachedOutAt }: Lead): Error {
  if (!reachedOutBy || !reachedOutAt) return createError(409, 'This lead was just reopened.');
  const when = words.ago(reachedOutAt);
  return createError(409, `${reachedOutBy.name} already reached out, ${when}.`);
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

function seeOther(ctx: Context, url: string): void {
  ctx.status = 303; // so that a reload repeats the GET, not this POST
  ctx.redirect(url);
}
