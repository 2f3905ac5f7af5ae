import type { Context } from 'koa';
import type { LeadRepository } from '../../../common/leads/repository';
import { readForm, textOf } from '../../http/form';
import { findLead } from '../../leads/find-lead';
import { markReachedOut } from '../../leads/mark-reached-out';
import { seeOther } from '../layout/flash';
import type { Handler, LeadPage } from './lead-page';

export interface OutreachDeps {
  config: { baseUrl: string };
  leads: Pick<LeadRepository, 'find' | 'markReachedOut' | 'reopen'>;
}

/** Marks leads as reached out, and reopens them. */
export function createOutreach(
  { config, leads }: OutreachDeps,
  page: LeadPage,
): Record<'mark' | 'reopen', Handler> {
  return {
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
