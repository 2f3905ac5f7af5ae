import type { Account } from '../../../common/accounts/repository';
import { auditGroups, unknownActor, type AuditAction } from '../../../common/audit/actions';
import type { ListedEvent } from '../../../common/audit/list';
import { reference } from '../../../common/leads/reference';
import { toTime } from '../../format';
import { accountOptions } from '../layout/options';
import { detailsText, labelFor } from './details';
import type { AuditView } from './query';

const actionNames: Readonly<Record<AuditAction, string>> = {
  LEADS_LISTED: 'Leads listed',
  LEAD_OPENED: 'Lead opened',
  RESUME_READ: 'Resume read',
  RESUME_DOWNLOADED: 'Resume downloaded',
  NOTES_READ: 'Notes read',
  OUTBOX_READ: 'Outbox read',
  STORAGE_READ: 'Storage read',
  ACCOUNTS_READ: 'Accounts read',
  AUDIT_READ: 'Audit read',
  LEADS_EXPORTED: 'Leads exported',
  REACHED_OUT: 'Reached out',
  REOPENED: 'Lead reopened',
  UNDONE: 'Change undone',
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
  SIGN_IN_FAILED: 'Sign-in failed',
  SIGN_IN_LIMITED: 'Sign-in limited',
  ACCESS_DENIED: 'Access denied',
  CROSS_SITE_REFUSED: 'Request of another site refused',
  TOKEN_CREATED: 'Token created',
  TOKEN_REVOKED: 'Token revoked',
  STORAGE_CHECKED: 'Storage checked',
  ORPHANS_DELETED: 'Files without a lead deleted',
  OLD_EVENTS_DELETED: 'Old reads and sign-ins deleted',
};

const actorNames = new Map([
  ['system', 'System'],
  [unknownActor, 'Unknown name or token'],
]);

/** The form that narrows the events, filled in. */
export function filterFields(view: AuditView, accounts: Account[]) {
  const { account = '', action = '', lead = '', from = '', to = '' } = view;
  return {
    ...{ account, action, lead, from, to },
    accounts: [
      { value: '', label: 'Anybody' },
      ...[...actorNames].map(([value, label]) => ({ value, label })),
      ...accountOptions(accounts),
    ],
    actionGroups: [
      actionGroup('Changes and exports', auditGroups.changes),
      actionGroup('Reads', auditGroups.reads),
      actionGroup('Sign-ins and refusals', auditGroups.signIns),
    ],
    isNarrowed: [account, action, lead, from, to].some((value) => value !== ''),
  };
}

function actionGroup(label: string, actions: readonly AuditAction[]) {
  return { label, options: actions.map((each) => ({ value: each, label: actionNames[each] })) };
}

/** The names of the accounts by their ids; an account is never deleted. */
type AccountNames = ReadonlyMap<unknown, string>;

/** An event as a row of the audit page. */
export function eventRow(event: ListedEvent, names: AccountNames) {
  const { at, actor, action, leadId, leadExists, details } = event;
  return {
    at: toTime(at),
    by: actorNames.get(actor) ?? names.get(actor) ?? unknownAccount,
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
