import type { AuditAction } from '../../../common/audit/repository';
import type { ListedEvent } from '../../../common/audit/list';
import { reference } from '../../../common/leads/reference';
import { emailKinds, emailReason } from '../../outbox/labels';

export const actionNames: Readonly<Record<string, string>> = {
  LEAD_OPENED: 'Lead opened',
  RESUME_DOWNLOADED: 'Resume downloaded',
  LEADS_EXPORTED: 'Leads exported',
  REACHED_OUT: 'Reached out',
  REOPENED: 'Lead reopened',
  NOTED: 'Note added',
  ASSIGNED: 'Lead assigned',
  NOT_SPAM: 'Not spam',
  LEAD_DELETED: 'Lead deleted',
  MAIL_SENT: 'Mail sent',
  MAIL_FAILED: 'Mail failed',
  MAIL_SKIPPED: 'Mail not sent',
  MAIL_QUEUED: 'Mail queued again',
  MAIL_DISMISSED: 'Mail dismissed',
  ACCOUNT_CREATED: 'Account created',
  ACCOUNT_DISABLED: 'Account disabled',
  ACCOUNT_ENABLED: 'Account enabled',
  ROLE_CHANGED: 'Role changed',
  PASSWORD_SET: 'Password set',
  TOKEN_CREATED: 'Token created',
  TOKEN_REVOKED: 'Token revoked',
  ORPHANS_DELETED: 'Files without a lead deleted',
} satisfies Record<AuditAction, string>;

/** The names of the accounts by their ids; an account is never deleted. */
export type AccountNames = ReadonlyMap<unknown, string>;

/** An event as a row of the audit page shows it. */
export function eventRow(event: ListedEvent, names: AccountNames) {
  const { at, actor, action, leadId, leadExists, details } = event;
  return {
    at,
    by: actor === 'system' ? 'System' : (names.get(actor) ?? 'Unknown account'),
    what: wordFor(action, actionNames),
    lead: leadId && { id: leadId, reference: reference(leadId), exists: leadExists },
    ...concerned(details, names),
    details: describe(event),
  };
}

/** The account that something was done to, or that a lead was given to. */
function concerned({ account_id: id }: ListedEvent['details'], names: AccountNames) {
  if (id === undefined) return {};
  return { account: id === null ? 'nobody' : (names.get(id) ?? 'Unknown account') };
}

const roles: Record<string, string> = { ADMIN: 'administrator', ATTORNEY: 'attorney' };

function describe({ action, details }: ListedEvent): string {
  const { kind, error, role, objects } = details;
  const told = [
    wordFor(kind, emailKinds),
    typeof error === 'string' ? emailReason(error) : undefined,
    typeof role === 'string' ? `as ${wordFor(role, roles)}` : undefined,
    typeof objects === 'number' ? `${objects} from the storage` : undefined,
    action === 'LEADS_EXPORTED' ? filterLabel(details) : undefined,
  ];
  return told.filter(Boolean).join(', ');
}

const states: Record<string, string> = { PENDING: 'waiting', REACHED_OUT: 'reached out' };

function filterLabel({ state, flagged, assigned, from, to, searched }: ListedEvent['details']) {
  const parts = [
    flagged === true ? 'flagged' : undefined,
    wordFor(state, states),
    typeof assigned === 'string' ? 'by assignment' : undefined,
    typeof from === 'string' ? `from ${from}` : undefined,
    typeof to === 'string' ? `to ${to}` : undefined,
    searched === true ? 'found by a search' : undefined,
  ].filter(Boolean);
  return parts.length === 0 ? 'all leads' : parts.join(', ');
}

/** An event outlives the code that wrote it, so a value without a word stands for itself. */
function wordFor(value: unknown, words: Readonly<Record<string, string>>): string {
  if (typeof value !== 'string') return '';
  return (Object.hasOwn(words, value) ? words[value] : undefined) ?? value;
}
