import type { Account } from '../../../../common/accounts/repository';
import type { Timeline } from '../../../../common/audit/timeline';
import type { Lead } from '../../../../common/leads/lead';
import { maxNoteLength, type Note } from '../../../../common/leads/notes';
import { reference } from '../../../../common/leads/reference';
import type { Neighbours } from '../../../../common/leads/neighbours';
import type { LeadEmail } from '../../../../common/outbox/types';
import type { ResumeProblem } from '../../../../common/sweep/types';
import type { SignedIn } from '../../../auth/sign-in';
import { formatSize, formatTime, fullName, secondsSince, toTime } from '../../../format';
import { emailLabels } from '../../../outbox/labels';
import { undoLabel } from '../../../leads/own-changes';
import type { LeadPageRequest } from '../../../leads/query';
import { accountOptions } from '../../layout/options';
import { problemSentences } from '../../storage/labels';
import { colleaguesOn } from './colleagues';
import { contactUrl } from './contact';
import { fullState } from '../lead-state';
import { noteParts } from './note-parts';
import { actionUrls, linksAround } from '../origin';
import { resumeView } from './resume-view';
import { timelineEntries } from './timeline';

export interface LeadPageInput {
  lead: Lead;
  origin: LeadPageRequest;
  around: Neighbours;
  resumeProblem: ResumeProblem | undefined;
  others: Lead[];
  notes: Note[];
  emails: LeadEmail[];
  timeline: Timeline;
  accounts: Account[];
  firm: { name: string };
  overdueAfterHours: number;
  attorneyEmails: readonly string[];
  /** Whether the page's flash message has the button already. */
  isUndoInNotice: boolean;
}

type LeadField = 'reason' | 'text' | 'confirm' | 'account';

/** Why a change was refused: said at its field, or on top of the page. */
export interface LeadProblem {
  field?: LeadField;
  message: string;
  /** What was entered, to be corrected. */
  value?: string;
  /** What stood in the note field, and stands there again, unless it is stored. */
  note?: string | undefined;
}

/** A lead as `account` sees it. */
export function toLeadPage(input: LeadPageInput, account: SignedIn, problem?: LeadProblem) {
  const { lead, others, notes, emails, timeline, accounts, attorneyEmails } = input;
  const { origin, around, isUndoInNotice } = input;
  const undo = undoLabel(timeline, account.id);
  return {
    lead: details(input),
    links: linksAround(origin, lead, around),
    actions: actionUrls({ view: origin.view, ...around.page }, lead.id),
    undo: isUndoInNotice ? undefined : undo,
    canReopen: lead.state === 'REACHED_OUT' && (!undo || problem?.field === 'reason'),
    assignment: assignment(lead, accounts, account),
    notes: notes.map(({ author, createdAt, text }) => ({
      ...{ author, parts: noteParts(text) },
      created: toTime(createdAt),
    })),
    maxNoteLength,
    others: others.map(toOther),
    emails: emails.map((email) => emailLabels(email, attorneyEmails)),
    timeline: timelineEntries(lead, timeline),
    colleagues: colleaguesOn(timeline, account.id),
    canDelete: account.role === 'ADMIN',
    problems: problemsByField(problem),
    entered: {
      text: unstoredNote(problem, notes, account),
      reason: problem?.field === 'reason' ? (problem.value ?? '') : '',
    },
  };
}

function problemsByField(problem?: LeadProblem): Partial<Record<LeadField | 'page', string>> {
  return problem ? { [problem.field ?? 'page']: problem.message } : {};
}

/** A button that is pressed twice may have stored the note before it was refused. */
function unstoredNote(problem: LeadProblem | undefined, notes: Note[], { id }: SignedIn): string {
  const note = problem?.note ?? '';
  const isStored = notes.some(
    ({ authorId, text, createdAt }) =>
      authorId === id && text === note && secondsSince(createdAt) < 60,
  );
  return isStored ? '' : note;
}

function details({ lead, resumeProblem, overdueAfterHours, firm }: LeadPageInput) {
  const { id, email, createdAt, resume } = lead;
  return {
    ...{ id, email },
    name: fullName(lead),
    reference: reference(id),
    contactUrl: contactUrl(lead, firm.name),
    received: toTime(createdAt),
    state: fullState(lead, overdueAfterHours),
    isWaiting: lead.state === 'PENDING',
    isFlagged: lead.flaggedReason !== null,
    resume: {
      filename: resume.filename,
      type: resume.type.toUpperCase(),
      size: formatSize(resume.bytes),
      sha256: resume.sha256,
      view: resumeView(resume.type),
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
