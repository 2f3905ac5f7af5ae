import { createRouter, type Router } from '../../auth/router';
import type { Context } from 'koa';
import { isUuid } from '../../../common/is-uuid';
import type { Lead } from '../../../common/leads/lead';
import type { LeadRepository } from '../../../common/leads/repository';
import type { NoteRepository } from '../../../common/leads/notes';
import { reference } from '../../../common/leads/reference';
import type { ResumeStore } from '../../../common/resumes/store';
import { findLead, noSuchLead } from '../../leads/find-lead';
import { readForm, textOf } from '../../http/form';
import { createLeadPage, type LeadPageDeps, type LeadProblem } from './lead-page';
import { leadListUrl, firstView } from '../../leads/query';
import { seeOther } from '../layout/flash';
import { noteText } from '../../leads/note-text';

export interface LeadWorkRouteDeps extends LeadPageDeps {
  leads: Pick<LeadRepository, 'find' | 'othersFrom' | 'assign' | 'markNotSpam' | 'remove'>;
  notes: NoteRepository;
  resumes: Pick<ResumeStore, 'remove'>;
}

/** Notes, assignment, "Not spam" and erasure. */
export function leadWorkRoutes(deps: LeadWorkRouteDeps): Router {
  const { leads, notes, resumes } = deps;
  const router = createRouter();
  const leadPage = createLeadPage(deps);

  async function refuse(ctx: Context, status: number, lead: Lead, problem: LeadProblem) {
    ctx.status = status;
    ctx.body = await leadPage(ctx, lead, problem);
  }

  router.post('/leads/:id/notes', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    const value = textOf(readForm(ctx), 'text');
    const text = noteText.safeParse(value);
    if (!text.success) {
      const message = text.error.issues[0]?.message ?? '';
      await refuse(ctx, 422, lead, { field: 'text', message, value });
      return;
    }
    const note = await notes.add(lead.id, ctx.state.account.id, text.data);
    if (!note) throw noSuchLead();
    seeOther(ctx, `/leads/${lead.id}`, 'NOTED');
  });

  router.post('/leads/:id/assign', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    const account = textOf(readForm(ctx), 'account');
    const isPossible = account === '' || isUuid(account);
    if (isPossible && (await leads.assign(lead.id, account || null, ctx.state.account.id))) {
      seeOther(ctx, `/leads/${lead.id}`, 'ASSIGNED');
      return;
    }
    const message = 'This account cannot take leads: it is disabled, or does not exist.';
    await refuse(ctx, 422, await findLead(leads, lead.id), { field: 'account', message });
  });

  router.post('/leads/:id/not-spam', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    if (await leads.markNotSpam(lead.id, ctx.state.account.id)) {
      seeOther(ctx, `/leads/${lead.id}`, 'NOT_SPAM');
      return;
    }
    const message = 'This lead is not flagged (any more). Nothing was changed.';
    await refuse(ctx, 409, await findLead(leads, lead.id), { message });
  });

  router.post('/leads/:id/delete', async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    if (textOf(readForm(ctx), 'confirm').toLowerCase() !== reference(lead.id)) {
      const message = `To delete this lead for good, type its reference: ${reference(lead.id)}`;
      await refuse(ctx, 422, lead, { field: 'confirm', message });
      return;
    }
    // The file first: should the row then stay, the same button deletes it; a file without a row
    // would stay until the sweep finds it.
    await resumes.remove(lead.resume.key);
    await leads.remove(lead.id, ctx.state.account.id);
    seeOther(ctx, leadListUrl(firstView), 'LEAD_DELETED');
  });

  return router;
}
