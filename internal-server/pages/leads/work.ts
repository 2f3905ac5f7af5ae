import { isUuid } from '../../../common/is-uuid';
import type { NoteRepository } from '../../../common/leads/notes';
import { reference, withoutHash } from '../../../common/leads/reference';
import type { LeadRepository } from '../../../common/leads/repository';
import { readForm, textOf } from '../../http/form';
import { findLead, noSuchLead } from '../../leads/find-lead';
import { leadListUrl } from '../../leads/query';
import { seeOther } from '../layout/flash';
import { deleteLeads, type DeleteLeadsDeps } from './delete-leads';
import type { CreateAction } from './lead-action';
import type { Handler, LeadPage } from './page/lead-page';
import { readOrigin, ownUrl } from './origin';

export interface LeadWorkDeps extends DeleteLeadsDeps {
  leads: Pick<LeadRepository, 'find' | 'assign' | 'bulk' | 'markNotSpam'>;
  notes: Pick<NoteRepository, 'addOnce'>;
}

/** Notes, assignment, "Not spam" and erasure. */
export function createLeadWork(
  { leads, notes, resumes }: LeadWorkDeps,
  page: LeadPage,
  action: CreateAction,
): Record<'addNote' | 'assign' | 'markNotSpam' | 'remove', Handler> {
  return {
    addNote: action(async (ctx, { lead, note, refuse }) => {
      if (note === undefined) {
        await refuse(422, { field: 'text', message: 'Write something.' });
        return;
      }
      if (!(await notes.addOnce(lead.id, ctx.state.account.id, note))) throw noSuchLead();
      seeOther(ctx, ownUrl(readOrigin(ctx), lead.id), 'NOTED');
    }),

    assign: action(async (ctx, { lead, form, note, isNoted, refuse }) => {
      const account = textOf(form, 'account'); // the first one: that of the button, if it has one
      const isPossible = account === '' || isUuid(account);
      const actor = ctx.state.account.id;
      if (isPossible && (await leads.assign(lead.id, account || null, actor, note))) {
        seeOther(ctx, ownUrl(readOrigin(ctx), lead.id), 'ASSIGNED', { isNoted });
        return;
      }
      const message = 'This account cannot take leads: it is disabled or does not exist.';
      await refuse(422, { field: 'account', message });
    }),

    markNotSpam: action(async (ctx, { lead, note, isNoted, refuse }) => {
      if (await leads.markNotSpam(lead.id, ctx.state.account.id, note)) {
        seeOther(ctx, ownUrl(readOrigin(ctx), lead.id), 'NOT_SPAM', { isNoted });
        return;
      }
      const message = 'This lead is not flagged, or no longer. Nothing was changed.';
      await refuse(409, { message });
    }),

    async remove(ctx) {
      const lead = await findLead(leads, ctx.params.id);
      const typed = textOf(readForm(ctx), 'confirm').toLowerCase();
      if (withoutHash(typed) !== reference(lead.id)) {
        const message = `To delete this lead permanently, type its reference: ${reference(lead.id)}`;
        await page.refuse(ctx, 422, lead, { field: 'confirm', message });
        return;
      }
      await deleteLeads({ leads, resumes }, [lead], ctx.state.account.id);
      const { view, after, before } = readOrigin(ctx);
      seeOther(ctx, leadListUrl(view, { after, before }), 'LEAD_DELETED');
    },
  };
}
