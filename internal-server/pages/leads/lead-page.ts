import type { Context } from 'koa';
import type { AccountRepository } from '../../../common/accounts/repository';
import type { AuditRepository } from '../../../common/audit/repository';
import type { Lead } from '../../../common/leads/lead';
import type { LeadRepository } from '../../../common/leads/repository';
import { maxNoteLength, type NoteRepository } from '../../../common/leads/notes';
import type { OutboxRepository } from '../../../common/outbox/repository';
import type { SweepRepository } from '../../../common/sweep/repository';
import { emailLabels } from '../../outbox/labels';
import type { RenderPage } from '../layout/render-page';
import { problemSentences } from '../storage/labels';
import { timelineEntries } from './timeline';

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

/** What kept a change from being made, said at its field; without one, on top of the page. */
export interface LeadProblem {
  message: string;
  field?: 'reason' | 'text' | 'confirm' | 'account';
  /** What was entered, to be corrected. */
  value?: string;
}

export type LeadPage = (ctx: Context, lead: Lead, problem?: LeadProblem) => Promise<string>;

/** Everything on one lead. */
export function createLeadPage(deps: LeadPageDeps): LeadPage {
  const { leads, notes, outbox, audit, accounts, sweeps, config, render } = deps;
  return async (ctx, lead, problem) => {
    const [others, theirNotes, mails, events, everybody, resumeProblem] = await Promise.all([
      leads.othersFrom(lead),
      notes.forLead(lead.id),
      outbox.forLead(lead.id),
      audit.timeline(lead.id),
      accounts.list(),
      sweeps.problemOf(lead.id),
    ]);
    return render(ctx, 'leads/lead', {
      title: `${lead.firstName} ${lead.lastName}`,
      lead,
      resumeProblem: resumeProblem && problemSentences[resumeProblem],
      others,
      notes: theirNotes,
      mails: mails.map(emailLabels),
      timeline: timelineEntries(lead, events),
      assignees: everybody.filter(({ isActive, id }) => isActive || id === lead.assignedTo?.id),
      overdueAfterHours: config.overdueAfterHours,
      maxNoteLength,
      problem: problem ?? { message: '' },
    });
  };
}
