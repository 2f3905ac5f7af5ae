import { auditGroups, type AuditAction } from '../../../../common/audit/actions';
import type { Lead } from '../../../../common/leads/lead';
import type { Timeline, TimelineEvent } from '../../../../common/audit/timeline';
import { toTime } from '../../../format';
import type { EmailKind } from '../../../../common/outbox/types';
import { emailKinds } from '../../../outbox/labels';
import { emailReason } from '../../../outbox/reasons';

const visitMs = 15 * 60_000;
const repeated = new Set<AuditAction>(['LEAD_OPENED', 'RESUME_READ', 'NOTES_READ']);

/**
 * Each event of a lead in a few words, newest first, those that were readings apart. The submission
 * itself comes last.
 */
export function timelineEntries(lead: Lead, { events, isWhole }: Timeline) {
  const shown = withoutReloads(events);
  const entries = shown.filter((event) => !isReading(event)).map(toEntry);
  const readings = shown.filter(isReading).map(toEntry);
  const submitted = ownEntry(lead.createdAt, 'Submitted');
  if (isWhole) return { entries: [...entries, submitted], readings };
  const oldest = events.at(-1)?.at ?? lead.createdAt;
  const cut = ownEntry(oldest, 'Older events are not shown');
  return { entries: [...entries, cut, submitted], readings };
}

/** A download is none: a copy has left the desk. */
function isReading({ action }: TimelineEvent): boolean {
  return action !== 'RESUME_DOWNLOADED' && reads.has(action);
}

const reads: ReadonlySet<AuditAction> = new Set(auditGroups.reads);

function ownEntry(at: Date, what: string) {
  return { at: toTime(at), by: null, what, quote: undefined };
}

/** Every change leads back to the page, so an account opens it again and again while working; programs ask for notes. */
function withoutReloads(events: TimelineEvent[]): TimelineEvent[] {
  const lastShown = new Map<string, number>();
  const isReload = ({ action, actor, at }: TimelineEvent) => {
    if (!repeated.has(action)) return false;
    const read = `${action} ${actor}`;
    if (at.getTime() - (lastShown.get(read) ?? -Infinity) < visitMs) return true;
    lastShown.set(read, at.getTime());
    return false;
  };
  return events
    .toReversed()
    .filter((event) => !isReload(event))
    .toReversed();
}

function toEntry(event: TimelineEvent) {
  const { at, action, actor, by, note } = event;
  return {
    at: toTime(at),
    by: actor === 'system' ? null : (by ?? 'A former account'),
    what: whatHappened(event),
    quote: action === 'REOPENED' && note !== null ? note : undefined,
  };
}

const sentences: Partial<Record<AuditAction, string>> = {
  LEAD_OPENED: 'opened this page',
  NOTES_READ: 'read the notes',
  RESUME_DOWNLOADED: 'downloaded the resume',
  RESUME_READ: 'read the resume',
  REACHED_OUT: 'reached out',
  REOPENED: 'reopened it',
  NOTED: 'added a note',
  NOT_SPAM: 'marked it as not spam',
};

function whatHappened({ action, actor, assignee, details }: TimelineEvent): string {
  if (action === 'ASSIGNED') return assignment(actor, assignee, details);
  if (action === 'UNDONE') return details.undone === 'REOPENED' ? undidReopening : undidOutreach;
  if (action.startsWith('MAIL_')) return emailEvent(action, actor, details);
  return sentences[action] ?? action;
}

const undidOutreach = 'took back that it was reached out to';
const undidReopening = 'took back the reopening';

function assignment(actor: string, assignee: string | null, details: TimelineEvent['details']) {
  if (details.account_id === null) return 'unassigned it';
  return details.account_id === actor ? 'took it' : `assigned it to ${assignee ?? 'an account'}`;
}

function emailEvent(action: AuditAction, actor: string, { kind, error }: TimelineEvent['details']) {
  const name = emailKinds[kind as EmailKind];
  const why = typeof error === 'string' ? ` (${emailReason(error)})` : '';
  const outcomes: Partial<Record<AuditAction, string>> = {
    MAIL_SENT: 'sent',
    MAIL_FAILED: 'failed',
    MAIL_UNKNOWN: 'may have arrived',
    MAIL_SKIPPED: 'not sent',
  };
  if (actor === 'system') return `${name} ${outcomes[action] ?? action}${why}`;
  const verb = action === 'MAIL_QUEUED' ? 'queued again' : 'dismissed';
  return `${verb} the ${name.toLowerCase()}`;
}
