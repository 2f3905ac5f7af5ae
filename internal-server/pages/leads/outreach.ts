import type { Context } from 'koa';
import type { Neighbours } from '../../../common/leads/neighbours';
import type { NoteRepository } from '../../../common/leads/notes';
import type { LeadRepository } from '../../../common/leads/repository';
import { textOf } from '../../http/form';
import { findLead } from '../../leads/find-lead';
import { markReachedOut } from '../../leads/mark-reached-out';
import { isOwnRecentOutreach } from '../../leads/own-changes';
import { leadListUrl, toListQuery, type LeadPageRequest } from '../../leads/query';
import { seeOther, type FlashDetails, type FlashName } from '../layout/flash';
import type { CreateAction } from './lead-action';
import type { Handler } from './page/lead-page';
import { leadUrl, listOfReferer, ownUrl, readOrigin } from './origin';

export interface OutreachDeps {
  config: { baseUrl: string; overdueAfterHours: number };
  leads: Pick<LeadRepository, 'find' | 'markReachedOut' | 'neighbours' | 'reopen'>;
  notes: Pick<NoteRepository, 'addOnce'>;
}

/** Marks leads as reached out, and reopens them. */
export function createOutreach(
  { config, leads, notes }: OutreachDeps,
  action: CreateAction,
): Record<'mark' | 'reopen', Handler> {
  return {
    mark: action(async (ctx, { lead: { id }, form, note, isNoted, refuse }) => {
      const origin = readOrigin(ctx);
      const accountId = ctx.state.account.id;
      const isNextAsked = form.get('then') === 'next';
      // Before the change, and where the lead stood before a first press, if this is the second.
      const around = isNextAsked && (await aroundWaiting(origin, id, accountId));
      const { lead, isFirst, refusal } = await markReachedOut(leads, id, accountId, note);
      if (refusal) {
        await refuse(409, { message: `${refusal} Nothing was changed.` });
        return;
      }
      if (!isFirst && note !== undefined) await notes.addOnce(id, accountId, note);
      const flash = isFirst ? 'REACHED_OUT' : 'REACHED_OUT_ALREADY';
      const shown = { leadId: lead.id, isNoted };
      if (around) goOn(ctx, origin.view, around, flash, shown);
      else seeOther(ctx, listOfReferer(ctx, config.baseUrl) ?? ownUrl(origin, id), flash, shown);
    }),

    reopen: action(async (ctx, { lead, form, note, isNoted, refuse }) => {
      const account = ctx.state.account.id;
      const reason = textOf(form, 'reason');
      const message = problemOf(reason);
      const needsNone = reason === '' && isOwnRecentOutreach(lead, account);
      if (lead.state === 'REACHED_OUT' && message && !needsNone) {
        await refuse(422, { field: 'reason', message, value: reason });
      } else if (await leads.reopen(lead.id, account, reason, note)) {
        seeOther(ctx, ownUrl(readOrigin(ctx), lead.id), 'REOPENED', { isNoted });
      } else {
        await refuse(409, { message: 'This lead is already waiting. Nothing was changed.' });
      }
    }),
  };

  async function aroundWaiting(origin: LeadPageRequest, id: string, accountId: string) {
    const lead = { ...(await findLead(leads, id)), state: 'PENDING' } as const;
    return leads.neighbours(toListQuery(origin, accountId, config.overdueAfterHours), lead);
  }
}

/** To the next lead of the view, or to the list, where there is none. */
function goOn(
  ctx: Context,
  view: LeadPageRequest['view'],
  { next, page }: Neighbours,
  flash: FlashName,
  shown: FlashDetails,
): void {
  if (next) seeOther(ctx, leadUrl(view, next.id, next.page), flash, shown);
  else seeOther(ctx, leadListUrl(view, page), 'REACHED_OUT_LAST', shown);
}

function problemOf(reason: string): string | undefined {
  if (/^[^\p{Cc}]{1,1000}$/u.test(reason)) return undefined;
  return 'Enter a short reason, in one line of at most 1,000 characters.';
}
