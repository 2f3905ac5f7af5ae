import type { AuditAction } from '../../../common/audit/repository';
import type { Lead } from '../../../common/leads/lead';
import type { Timeline, TimelineEvent } from '../../../common/audit/timeline';
import { emailKinds, emailReason } from '../../outbox/labels';

export interface TimelineEntry {
  at: Date;
  /** Null for what the system did. */
  by: string | null;
  what: string;
  /** Somebody's own words, shown as a quotation. */
  quote?: string;
}

const visitMs = 15 * 60_000;

/** Each event of a lead in words, newest first; the submission itself comes last. */
export function timelineEntries(lead: Lead, { events, isWhole }: Timeline): TimelineEntry[] {
  const told = withoutReloads(events).map(toEntry);
  const submitted = { at: lead.createdAt, by: null, what: 'Submitted' };
  if (isWhole) return [...told, submitted];
  const oldest = events.at(-1)?.at ?? lead.createdAt;
  return [...told, { at: oldest, by: null, what: 'What came before is left out here' }, submitted];
}

/** Every change leads back to the page, so an account opens it again and again while it works. */
function withoutReloads(events: TimelineEvent[]): TimelineEvent[] {
  const lastTold = new Map<string, number>();
  const isReload = ({ action, actor, at }: TimelineEvent) => {
    if (action !== 'LEAD_OPENED') return false;
    if (at.getTime() - (lastTold.get(actor) ?? -Infinity) < visitMs) return true;
    lastTold.set(actor, at.getTime());
    return false;
  };
  return events
    .toReversed()
    .filter((event) => !isReload(event))
    .toReversed();
}

function toEntry(event: TimelineEvent): TimelineEntry {
  const { at, action, actor, by, note } = event;
  return {
    at,
    by: actor === 'system' ? null : (by ?? 'A former account'),
    what: describe(event),
    ...(action === 'REOPENED' && note !== null && { quote: note }),
  };
}

const sentences: Partial<Record<AuditAction, string>> = {
  LEAD_OPENED: 'opened this page',
  RESUME_DOWNLOADED: 'downloaded the resume',
  REACHED_OUT: 'reached out',
  REOPENED: 'reopened it',
  NOTED: 'added a note',
  NOT_SPAM: 'said that it is not spam',
};

function describe({ action, actor, assignee, details }: TimelineEvent): string {
  if (action === 'ASSIGNED') return assigned(actor, assignee, details);
  if (action.startsWith('MAIL_')) return mail(action, actor, details);
  return sentences[action] ?? action;
}

function assigned(actor: string, assignee: string | null, details: TimelineEvent['details']) {
  if (details.account_id === null) return 'assigned it to nobody';
  return details.account_id === actor ? 'took it' : `assigned it to ${assignee ?? 'an account'}`;
}

function mail(action: AuditAction, actor: string, { kind, error }: TimelineEvent['details']) {
  const name = emailKinds[kind as keyof typeof emailKinds];
  const why = typeof error === 'string' ? ` (${emailReason(error)})` : '';
  const outcomes: Partial<Record<AuditAction, string>> = {
    MAIL_SENT: 'sent',
    MAIL_FAILED: 'failed',
    MAIL_SKIPPED: 'not sent',
  };
  if (actor === 'system') return `${name} ${outcomes[action] ?? action}${why}`;
  const verb = action === 'MAIL_QUEUED' ? 'queued again' : 'dismissed';
  return `${verb} the ${name.toLowerCase()}`;
}
