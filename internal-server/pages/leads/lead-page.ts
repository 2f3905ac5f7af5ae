import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import type { AccountRepository } from '../../../common/accounts/repository';
import type { AuditRepository } from '../../../common/audit/repository';
import type { Lead } from '../../../common/leads/lead';
import type { NoteRepository } from '../../../common/leads/notes';
import type { LeadRepository } from '../../../common/leads/repository';
import type { OutboxRepository } from '../../../common/outbox/repository';
import type { SweepRepository } from '../../../common/sweep/repository';
import { fullName } from '../../format';
import type { RenderPage } from '../layout/render-page';
import { toLeadPage } from './lead-view';

export interface LeadPageDeps {
  leads: Pick<LeadRepository, 'othersFrom'>;
  notes: Pick<NoteRepository, 'forLead'>;
  outbox: Pick<OutboxRepository, 'forLead'>;
  audit: Pick<AuditRepository, 'timeline'>;
  accounts: Pick<AccountRepository, 'list'>;
  sweeps: Pick<SweepRepository, 'problemOf'>;
  config: { overdueAfterHours: number };
  render: RenderPage;
}

/** Why a change was refused: said at its field, or on top of the page. */
export interface LeadProblem {
  field?: 'reason' | 'text' | 'confirm' | 'account';
  message: string;
  /** What was entered, to be corrected. */
  value?: string;
}

export type Handler = (ctx: RouterContext) => Promise<void>;

export interface LeadPage {
  show(ctx: Context, lead: Lead): Promise<void>;
  refuse(ctx: Context, status: number, lead: Lead, problem: LeadProblem): Promise<void>;
}

/** The page of one lead. */
export function createLeadPage(deps: LeadPageDeps): LeadPage {
  async function renderLead(ctx: Context, lead: Lead, problem?: LeadProblem): Promise<string> {
    const input = { ...(await readAround(deps, lead)), ...deps.config, lead };
    const { field, message, value = '' } = problem ?? {};
    return deps.render(ctx, 'leads/lead', {
      title: fullName(lead),
      ...toLeadPage(input, ctx.state.account),
      problems: message === undefined ? {} : { [field ?? 'page']: message },
      entered: { text: field === 'text' ? value : '', reason: field === 'reason' ? value : '' },
    });
  }

  return {
    async show(ctx, lead) {
      ctx.body = await renderLead(ctx, lead);
    },
    async refuse(ctx, status, lead, problem) {
      ctx.status = status;
      ctx.body = await renderLead(ctx, lead, problem);
    },
  };
}

async function readAround(deps: LeadPageDeps, lead: Lead) {
  const { leads, notes, outbox, audit, accounts, sweeps } = deps;
  const [others, notesOfLead, emails, timeline, everybody, resumeProblem] = await Promise.all([
    leads.othersFrom(lead),
    notes.forLead(lead.id),
    outbox.forLead(lead.id),
    audit.timeline(lead.id),
    accounts.list(),
    sweeps.problemOf(lead.id),
  ]);
  return { others, notes: notesOfLead, emails, timeline, accounts: everybody, resumeProblem };
}
