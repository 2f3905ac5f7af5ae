import type { AuditRepository } from '../../../common/audit/repository';
import createError, { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import type { LeadRepository } from '../../../common/leads/repository';
import { fullName } from '../../format';
import { readForm, textOf } from '../../http/form';
import { findLead } from '../../leads/find-lead';
import { markReachedOut } from '../../leads/mark-reached-out';
import { seeOther } from '../layout/flash';
import type { RenderPage } from '../layout/render-page';
import type { Handler, LeadPage } from './lead-page';
import type { OutreachResult } from '../layout/views';

export interface OutreachDeps {
  audit: Pick<AuditRepository, 'record'>;
  config: { baseUrl: string };
  leads: Pick<LeadRepository, 'find' | 'markReachedOut' | 'reopen'>;
  render: RenderPage;
}

const maxSelected = 100; // as many as a page shows

/** Marks leads as reached out, and reopens them. */
export function createOutreach(
  { audit, config, leads, render }: OutreachDeps,
  page: LeadPage,
): Record<'markSelected' | 'mark' | 'reopen', Handler> {
  return {
    async markSelected(ctx) {
      const ids = [...new Set(readForm(ctx).getAll('ids'))];
      if (ids.length > maxSelected) throw createError(422, `Select at most ${maxSelected} leads.`);
      const results: OutreachResult[] = [];
      for (const id of ids) results.push(await markOne(id, ctx.state.account.id));
      ctx.body = await render(ctx, 'leads/reached-out', {
        title: 'Reached out',
        results,
        markedCount: results.filter(({ isMarked }) => isMarked).length,
        backUrl: listOfReferer(ctx, config.baseUrl) ?? '/leads',
      });
    },

    async mark(ctx) {
      const { id } = ctx.params;
      const { lead, isFirst, refusal } = await markReachedOut(leads, id, ctx.state.account.id);
      if (refusal) {
        await page.refuse(ctx, 409, lead, { message: `${refusal} Nothing was changed.` });
        return;
      }
      const flash = isFirst ? 'REACHED_OUT' : 'REACHED_OUT_ALREADY';
      const list = listOfReferer(ctx, config.baseUrl);
      if (list) seeOther(ctx, list, flash, lead.id);
      else seeOther(ctx, `/leads/${lead.id}`, flash);
    },

    async reopen(ctx) {
      const lead = await findLead(leads, ctx.params.id);
      const reason = textOf(readForm(ctx), 'reason');
      const message = problemOf(reason);
      if (message) {
        await page.refuse(ctx, 422, lead, { field: 'reason', message, value: reason });
      } else if (await leads.reopen(lead.id, ctx.state.account.id, reason)) {
        seeOther(ctx, `/leads/${lead.id}`, 'REOPENED');
      } else {
        const message = 'This lead is already waiting. Nothing was changed.';
        await page.refuse(ctx, 409, await findLead(leads, lead.id), { message });
      }
    },
  };

  async function markOne(id: string, accountId: string): Promise<OutreachResult> {
    try {
      const { lead, isFirst, refusal } = await markReachedOut(leads, id, accountId);
      const opened = { actor: accountId, action: 'LEAD_OPENED', leadId: lead.id } as const;
      if (!isFirst) await audit.record(opened); // its name is shown although nothing changed
      const outcome = isFirst ? 'Marked as reached out.' : 'You had already marked it.';
      const link = { id: lead.id, name: fullName(lead) };
      return { lead: link, isMarked: isFirst, outcome: refusal ?? outcome };
    } catch (error) {
      if (!isHttpError(error)) throw error;
      return { lead: undefined, isMarked: false, outcome: error.message };
    }
  }
}

function problemOf(reason: string): string | undefined {
  if (/^[^\p{Cc}]{1,1000}$/u.test(reason)) return undefined;
  return 'Enter a short reason, in one line of at most 1,000 characters.';
}

/** The list, on the same page of it, for an account that pressed the button there. */
function listOfReferer(ctx: Context, baseUrl: string): string | undefined {
  const referer = ctx.get('Referer');
  if (!URL.canParse(referer)) return undefined;
  const { origin, pathname, search } = new URL(referer);
  return origin === new URL(baseUrl).origin && pathname === '/leads'
    ? `/leads${search}`
    : undefined;
}
