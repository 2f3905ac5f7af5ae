import type { Account } from '../../../common/accounts/repository';
import { auditActions, type AuditAction } from '../../../common/audit/actions';
import type { ListedEvent } from '../../../common/audit/list';
import { reference } from '../../../common/leads/reference';
import { toTime } from '../../format';
import { emailKinds } from '../../outbox/labels';
import { emailReason } from '../../outbox/reasons';
import { accountOptions } from '../layout/options';
import type { AuditView } from './query';

const actionNames: Readonly<Record<AuditAction, string>> = {
  LEAD_OPENED: 'Lead opened',
  RESUME_DOWNLOADED: 'Resume downloaded',
  LEADS_EXPORTED: 'Leads exported',
  REACHED_OUT: 'Reached out',
  REOPENED: 'Lead reopened',
  NOTED: 'Note added',
  ASSIGNED: 'Lead assigned',
  NOT_SPAM: 'Marked as not spam',
  LEAD_DELETED: 'Lead deleted',
  MAIL_SENT: 'Email sent',
  MAIL_FAILED: 'Email failed',
  MAIL_UNKNOWN: 'Email unconfirmed',
  MAIL_SKIPPED: 'Email not sent',
  MAIL_QUEUED: 'Email queued again',
  MAIL_DISMISSED: 'Email dismissed',
  ACCOUNT_CREATED: 'Account created',
  ACCOUNT_DISABLED: 'Account disabled',
  ACCOUNT_ENABLED: 'Account enabled',
  ROLE_CHANGED: 'Role changed',
  PASSWORD_SET: 'Password set',
  SIGNED_IN: 'Signed in',
  TOKEN_CREATED: 'Token created',
  TOKEN_REVOKED: 'Token revoked',
  ORPHANS_DELETED: 'Files without a lead deleted',
};

/** The form that narrows the events, filled in. */
export function filterFields(view: AuditView, accounts: Account[]) {
  const { account = '', action = '', lead = '', from = '', to = '' } = view;
  return {
    ...{ account, action, lead, from, to },
    accounts: [
      { value: '', label: 'Anybody' },
      { value: 'system', label: 'System' },
      ...accountOptions(accounts),
    ],
    actions: [
      { value: '', label: 'Anything' },
      ...auditActions.map((each) => ({ value: each, label: actionNames[each] })),
    ],
    isNarrowed: [account, action, lead, from, to].some((value) => value !== ''),
  };
}

/** The names of the accounts by their ids; an account is never deleted. */
type AccountNames = ReadonlyMap<unknown, string>;

/** An event as a row of the audit page. */
export function eventRow(event: ListedEvent, names: AccountNames) {
  const { at, actor, action, leadId, leadExists, details } = event;
  return {
    at: toTime(at),
    by: actor === 'system' ? 'System' : (names.get(actor) ?? unknownAccount),
    what: labelFor(action, actionNames),
    lead: leadId ? { id: leadId, reference: reference(leadId), exists: leadExists } : undefined,
    account: accountConcerned(details, names),
    details: detailsText(event),
  };
}

const unknownAccount = 'Unknown account';

/** The account that something was done to, or that a lead was assigned to. */
function accountConcerned({ account_id: id }: ListedEvent['details'], names: AccountNames) {
  if (id === undefined) return undefined;
  return id === null ? 'nobody' : (names.get(id) ?? unknownAccount);
}

const roles: Record<string, string> = { ADMIN: 'administrator', ATTORNEY: 'attorney' };

function detailsText({ action, details }: ListedEvent): string {
  const { kind, error, role, objects } = details;
  const parts = [
    labelFor(kind, emailKinds),
    typeof error === 'string' ? emailReason(error) : undefined,
    typeof role === 'string' ? `as ${labelFor(role, roles)}` : undefined,
    typeof objects === 'number' ? `${objects} from the storage` : undefined,
    action === 'LEADS_EXPORTED' ? filterLabel(details) : undefined,
  ];
  return parts.filter(Boolean).join(', ');
}

const states: Record<string, string> = { PENDING: 'waiting', REACHED_OUT: 'reached out' };

function filterLabel({ state, flagged, assigned, from, to, searched }: ListedEvent['details']) {
  const parts = [
    flagged === true ? 'flagged' : undefined,
    labelFor(state, states),
    typeof assigned === 'string' ? 'by assignment' : undefined,
    typeof from === 'string' ? `from ${from}` : undefined,
    typeof to === 'string' ? `to ${to}` : undefined,
    searched === true ? 'found by a search' : undefined,
  ].filter(Boolean);
  return parts.length === 0 ? 'all leads' : parts.join(', ');
}

/** An event outlives the code that wrote it, so a value without a label stands for itself. */
function labelFor(value: unknown, labels: Readonly<Record<string, string>>): string {
  if (typeof value !== 'string') return '';
  return (Object.hasOwn(labels, value) ? labels[value] : undefined) ?? value;
}
