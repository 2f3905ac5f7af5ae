const reads = [
  'LEADS_LISTED',
  'LEAD_OPENED',
  'RESUME_READ',
  'RESUME_DOWNLOADED',
  'NOTES_READ',
  'OUTBOX_READ',
  'STORAGE_READ',
  'ACCOUNTS_READ',
  'AUDIT_READ',
] as const;

const signIns = [
  'SIGNED_IN',
  'SIGN_IN_FAILED',
  'SIGN_IN_LIMITED',
  'ACCESS_DENIED',
  'CROSS_SITE_REFUSED',
] as const;

const changes = [
  'LEADS_EXPORTED',
  'REACHED_OUT',
  'REOPENED',
  'UNDONE',
  'NOTED',
  'ASSIGNED',
  'NOT_SPAM',
  'LEAD_DELETED',
  'MAIL_SENT',
  'MAIL_FAILED',
  'MAIL_UNKNOWN',
  'MAIL_SKIPPED',
  'MAIL_QUEUED',
  'MAIL_DISMISSED',
  'ACCOUNT_CREATED',
  'ACCOUNT_DISABLED',
  'ACCOUNT_ENABLED',
  'ROLE_CHANGED',
  'PASSWORD_SET',
  'TOKEN_CREATED',
  'TOKEN_REVOKED',
  'STORAGE_CHECKED',
  'ORPHANS_DELETED',
  'OLD_EVENTS_DELETED',
] as const;

/** Reads and sign-ins may be deleted when they are old; changes, and exports with them, stay. */
export const auditGroups = { changes, reads, signIns } as const;
export const auditActions = [...changes, ...reads, ...signIns] as const;
export type AuditAction = (typeof auditActions)[number];

/** Of events of somebody who is no account, or of none that can be told. */
export const unknownActor = 'unknown';
