import { isUuid } from '../../../common/is-uuid';
import type { NoteRepository } from '../../../common/leads/notes';
import { reference, withoutHash } from '../../../common/leads/reference';
import type { LeadRepository } from '../../../common/leads/repository';
import type { ResumeStore } from '../../../common/resumes/store';
import { readForm, textOf } from '../../http/form';
import { findLead, noSuchLead } from '../../leads/find-lead';
import { noteText } from '../../leads/note-text';
import { firstView, leadListUrl } from '../../leads/query';
import { seeOther } from '../layout/flash';
import type { Handler, LeadPage } from './lead-page';

export interface LeadWorkDeps {
  leads: Pick<LeadRepository, 'find' | 'assign' | 'markNotSpam' | 'sharesResume' | 'remove'>;
  notes: Pick<NoteRepository, 'add'>;
  resumes: Pick<ResumeStore, 'remove'>;
}

/** Notes, assignment, "Not spam" and erasure. */
export function createLeadWork(
  { leads, notes, resumes }: LeadWorkDeps,
  page: LeadPage,
): Record<'addNote' | 'assign' | 'markNotSpam' | 'remove', Handler> {
  return {
    async addNote(ctx) {
      const lead = await findLead(leads, ctx.params.id);
      const value = textOf(readForm(ctx), 'text');
      const text = noteText.safeParse(value);
      if (!text.success) {
        const message = text.error.issues[0]?.message ?? '';
        await page.refuse(ctx, 422, lead, { field: 'text', message, value });
        return;
      }
      const note = await notes.add(lead.id, ctx.state.account.id, text.data);
      if (!note) throw noSuchLead();
      seeOther(ctx, `/leads/${lead.id}`, 'NOTED');
    },

    async assign(ctx) {
      const lead = await findLead(leads, ctx.params.id);
      const account = textOf(readForm(ctx), 'account');
      const isPossible = account === '' || isUuid(account);
      if (isPossible && (await leads.assign(lead.id, account || null, ctx.state.account.id))) {
        seeOther(ctx, `/leads/${lead.id}`, 'ASSIGNED');
        return;
      }
      const message = 'This account cannot take leads: it is disabled or does not exist.';
      await page.refuse(ctx, 422, await findLead(leads, lead.id), { field: 'account', message });
    },

    async markNotSpam(ctx) {
      const lead = await findLead(leads, ctx.params.id);
      if (await leads.markNotSpam(lead.id, ctx.state.account.id)) {
        seeOther(ctx, `/leads/${lead.id}`, 'NOT_SPAM');
        return;
      }
      const message = 'This lead is not flagged, or no longer. Nothing was changed.';
      await page.refuse(ctx, 409, await findLead(leads, lead.id), { message });
    },

    async remove(ctx) {
      const lead = await findLead(leads, ctx.params.id);
      const typed = textOf(readForm(ctx), 'confirm').toLowerCase();
      if (withoutHash(typed) !== reference(lead.id)) {
        const message = `To delete this lead permanently, type its reference: ${reference(lead.id)}`;
        await page.refuse(ctx, 422, lead, { field: 'confirm', message });
        return;
      }
      // The file first: if the row then stays, the same button deletes it. A file without a row
      // would stay until the next sweep, as does one of two leads, if both are deleted at once.
      if (!(await leads.sharesResume(lead))) await resumes.remove(lead.resume.key);
      await leads.remove(lead.id, ctx.state.account.id);
      seeOther(ctx, leadListUrl(firstView), 'LEAD_DELETED');
    },
  };
}
