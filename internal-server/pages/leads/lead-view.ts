import type { Account } from '../../../common/accounts/repository';
import type { Timeline } from '../../../common/audit/timeline';
import type { Lead } from '../../../common/leads/lead';
import { maxNoteLength, type Note } from '../../../common/leads/notes';
import { reference } from '../../../common/leads/reference';
import type { LeadEmail } from '../../../common/outbox/types';
import type { ResumeProblem } from '../../../common/sweep/types';
import type { SignedIn } from '../../auth/sign-in';
import { formatSize, formatTime, fullName, mailtoUrl, toTime } from '../../format';
import { emailLabels } from '../../outbox/labels';
import { accountOptions } from '../layout/options';
import { problemSentences } from '../storage/labels';
import { colleaguesOn } from './colleagues';
import { fullState } from './lead-state';
import { timelineEntries } from './timeline';

export interface LeadPageInput {
  lead: Lead;
  resumeProblem: ResumeProblem | undefined;
  others: Lead[];
  notes: Note[];
  emails: LeadEmail[];
  timeline: Timeline;
  accounts: Account[];
  overdueAfterHours: number;
  attorneyEmails: readonly string[];
}

type LeadField = 'reason' | 'text' | 'confirm' | 'account';

/** Why a change was refused: said at its field, or on top of the page. */
export interface LeadProblem {
  field?: LeadField;
  message: string;
  /** What was entered, to be corrected. */
  value?: string;
}

/** A lead as `account` sees it. */
export function toLeadPage(input: LeadPageInput, account: SignedIn, problem?: LeadProblem) {
  const { lead, others, notes, emails, timeline, accounts, attorneyEmails } = input;
  return {
    lead: details(input),
    assignment: assignment(lead, accounts, account),
    notes: notes.map(({ author, createdAt, text }) => ({
      ...{ author, text },
      created: toTime(createdAt),
    })),
    maxNoteLength,
    others: others.map(toOther),
    emails: emails.map((email) => emailLabels(email, attorneyEmails)),
    timeline: timelineEntries(lead, timeline),
    colleagues: colleaguesOn(timeline, account.id),
    canDelete: account.role === 'ADMIN',
    problems: problemsByField(problem),
    entered: { text: enteredIn('text', problem), reason: enteredIn('reason', problem) },
  };
}

function problemsByField(problem?: LeadProblem): Partial<Record<LeadField | 'page', string>> {
  return problem ? { [problem.field ?? 'page']: problem.message } : {};
}

function enteredIn(field: LeadField, problem?: LeadProblem): string {
  return problem?.field === field ? (problem.value ?? '') : '';
}

function details({ lead, resumeProblem, overdueAfterHours }: LeadPageInput) {
  const { id, email, createdAt, resume } = lead;
  return {
    ...{ id, email },
    name: fullName(lead),
    reference: reference(id),
    mailtoUrl: mailtoUrl(email),
    received: toTime(createdAt),
    state: fullState(lead, overdueAfterHours),
    isWaiting: lead.state === 'PENDING',
    isFlagged: lead.flaggedReason !== null,
    resume: {
      filename: resume.filename,
      type: resume.type.toUpperCase(),
      size: formatSize(resume.bytes),
      sha256: resume.sha256,
      problem: resumeProblem && problemSentences[resumeProblem],
    },
  };
}

function assignment({ assignedTo }: Lead, accounts: Account[], { id: ownId }: SignedIn) {
  const possible = accounts.filter(({ isActive, id }) => isActive || id === assignedTo?.id);
  const isMine = assignedTo?.id === ownId;
  return {
    name: assignedTo?.name,
    toggle: isMine ? { account: '', label: 'Unassign' } : { account: ownId, label: 'Take it' },
    options: [{ value: '', label: 'Nobody' }, ...accountOptions(possible)],
    selected: assignedTo?.id ?? '',
  };
}

function toOther(lead: Lead) {
  const state = lead.state === 'PENDING' ? 'waiting' : 'reached out';
  return {
    id: lead.id,
    name: fullName(lead),
    reference: reference(lead.id),
    received: formatTime(lead.createdAt),
    state: lead.flaggedReason ? 'flagged' : state,
  };
}
