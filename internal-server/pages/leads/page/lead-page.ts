import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import type { AccountRepository } from '../../../../common/accounts/repository';
import type { AuditRepository } from '../../../../common/audit/repository';
import type { Firm } from '../../../../common/config/shared-variables';
import type { SortedLead } from '../../../../common/leads/lead';
import type { LeadListQuery } from '../../../../common/leads/list';
import type { NoteRepository } from '../../../../common/leads/notes';
import type { LeadRepository } from '../../../../common/leads/repository';
import type { OutboxRepository } from '../../../../common/outbox/repository';
import type { SweepRepository } from '../../../../common/sweep/repository';
import { toListQuery } from '../../../leads/query';
import { recordOpening } from '../../../leads/record-opening';
import { peekFlash, showsFlash } from '../../layout/flash';
import type { RenderPage } from '../../layout/render-page';
import { toLeadPage, type LeadProblem } from './lead-view';
import { readOrigin } from '../origin';

export interface LeadPageDeps {
  leads: Pick<LeadRepository, 'markOpened' | 'neighbours' | 'othersFrom'>;
  notes: Pick<NoteRepository, 'forLead'>;
  outbox: Pick<OutboxRepository, 'forLead'>;
  audit: Pick<AuditRepository, 'record' | 'timeline'>;
  accounts: Pick<AccountRepository, 'list'>;
  sweeps: Pick<SweepRepository, 'problemOf'>;
  config: { firm: Firm; overdueAfterHours: number; attorneyEmails: readonly string[] };
  render: RenderPage;
}

export type Handler = (ctx: RouterContext) => Promise<void>;

export type LeadPage = ReturnType<typeof createLeadPage>;

/** The page of one lead, which is recorded as opened whatever brought the account there. */
export function createLeadPage(deps: LeadPageDeps) {
  async function show(ctx: Context, lead: SortedLead, problem?: LeadProblem): Promise<void> {
    const { account } = ctx.state;
    await recordOpening(deps, lead, account.id);
    const origin = readOrigin(ctx);
    const read = await readAround(
      deps,
      lead,
      toListQuery(origin, account.id, deps.config.overdueAfterHours),
    );
    const isUndoInNotice = showsFlash(ctx) && peekFlash(ctx)?.leadId === lead.id;
    const view = toLeadPage({ ...read, origin, isUndoInNotice }, account, problem);
    const values = { title: view.lead.name, hasNoteForm: true, ...view };
    ctx.body = await deps.render(ctx, 'leads/lead', values);
  }

  return {
    show,
    async refuse(
      ctx: Context,
      status: number,
      lead: SortedLead,
      problem: LeadProblem,
    ): Promise<void> {
      ctx.status = status;
      await show(ctx, lead, problem);
    },
  };
}

async function readAround(deps: LeadPageDeps, lead: SortedLead, list: LeadListQuery) {
  const { leads, notes, outbox, audit, accounts, sweeps, config } = deps;
  const [around, others, notesOfLead, emails, timeline, everybody, resumeProblem] =
    await Promise.all([
      leads.neighbours(list, lead),
      leads.othersFrom(lead),
      notes.forLead(lead.id),
      outbox.forLead(lead.id),
      audit.timeline(lead.id),
      accounts.list(),
      sweeps.problemOf(lead.id),
    ]);
  const read = { around, others, notes: notesOfLead, emails, timeline, resumeProblem };
  return { ...read, ...config, lead, accounts: everybody };
}
