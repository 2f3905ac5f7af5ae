import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import type { AccountRepository } from '../../../common/accounts/repository';
import type { AuditRepository } from '../../../common/audit/repository';
import type { Lead } from '../../../common/leads/lead';
import type { NoteRepository } from '../../../common/leads/notes';
import type { LeadRepository } from '../../../common/leads/repository';
import type { OutboxRepository } from '../../../common/outbox/repository';
import type { SweepRepository } from '../../../common/sweep/repository';
import { recordOpening } from '../../leads/record-opening';
import type { RenderPage } from '../layout/render-page';
import { toLeadPage, type LeadPageInput, type LeadProblem } from './lead-view';

export interface LeadPageDeps {
  leads: Pick<LeadRepository, 'othersFrom' | 'markOpened'>;
  notes: Pick<NoteRepository, 'forLead'>;
  outbox: Pick<OutboxRepository, 'forLead'>;
  audit: Pick<AuditRepository, 'record' | 'timeline'>;
  accounts: Pick<AccountRepository, 'list'>;
  sweeps: Pick<SweepRepository, 'problemOf'>;
  config: { overdueAfterHours: number; attorneyEmails: readonly string[] };
  render: RenderPage;
}

export type Handler = (ctx: RouterContext) => Promise<void>;

export type LeadPage = ReturnType<typeof createLeadPage>;

/** The page of one lead, which is recorded as opened whatever brought the account there. */
export function createLeadPage(deps: LeadPageDeps) {
  async function show(ctx: Context, lead: Lead, problem?: LeadProblem): Promise<void> {
    await recordOpening(deps, lead, ctx.state.account.id);
    const view = toLeadPage(await readAround(deps, lead), ctx.state.account, problem);
    ctx.body = await deps.render(ctx, 'leads/lead', { title: view.lead.name, ...view });
  }

  return {
    show,
    async refuse(ctx: Context, status: number, lead: Lead, problem: LeadProblem): Promise<void> {
      ctx.status = status;
      await show(ctx, lead, problem);
    },
  };
}

async function readAround(deps: LeadPageDeps, lead: Lead): Promise<LeadPageInput> {
  const { leads, notes, outbox, audit, accounts, sweeps, config } = deps;
  const [others, notesOfLead, emails, timeline, everybody, resumeProblem] = await Promise.all([
    leads.othersFrom(lead),
    notes.forLead(lead.id),
    outbox.forLead(lead.id),
    audit.timeline(lead.id),
    accounts.list(),
    sweeps.problemOf(lead.id),
  ]);
  const around = { others, notes: notesOfLead, emails, timeline, resumeProblem };
  return { ...around, ...config, lead, accounts: everybody };
}
