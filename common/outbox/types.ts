export type EmailKind = 'ACKNOWLEDGEMENT' | 'NOTIFICATION';
export const emailStates = ['FAILED', 'UNKNOWN', 'QUEUED', 'SENT', 'SKIPPED', 'DISMISSED'] as const;
export type EmailState = (typeof emailStates)[number];

/** A claimed email with its lead. No other worker takes it before its claim ends. */
export interface ClaimedEmail {
  id: string;
  kind: EmailKind;
  /** When it was claimed. */
  state: EmailState;
  lastError: string | null;
  attempts: number;
  /** How many attempts had an unknown outcome before this one. */
  unanswered: number;
  /** When the claim ends, as the database writes it. Never parsed, so no setting can garble it. */
  lockedUntil: string;
  lead: ClaimedLead;
  /** An acknowledgement whose mailbox had one within a day, or has an earlier one queued. */
  isRepeated: boolean;
  /** The state at each recipient, by the hash of the address; empty while all share the email's. */
  recipients: Record<string, EmailState>;
  /** The other notifications that go with this one, in one email. All share its claim and outcome. */
  gatheredIds: string[];
  /** The leads of the first of them. */
  gatheredLeads: ClaimedLead[];
}

export interface ClaimedLead {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
}

/** The ids of a claimed email and of those that go with it. */
export function idsOf({ id, gatheredIds }: Pick<ClaimedEmail, 'id' | 'gatheredIds'>): string[] {
  return [id, ...gatheredIds];
}

/** What became of an email at one recipient. */
export interface RecipientOutcome {
  address: string;
  state: EmailState;
  /** The step that failed and a code. */
  error: string | null;
}

/** As stored: the address itself is only in the configuration. */
export interface RecipientRecord extends Omit<RecipientOutcome, 'address'> {
  hash: string;
}

export interface EmailHistory {
  id: string;
  kind: EmailKind;
  state: EmailState;
  attempts: number;
  /** How many of them had an unknown outcome; null for none. */
  unanswered: number | null;
  nextAttemptAt: Date;
  /** A reason, or the step that failed and a code; never an address. */
  lastError: string | null;
  sentAt: Date | null;
  /** The email that this notification goes with. */
  gatheredInto: string | null;
  /** How many other notifications are in the same email. */
  othersInEmail: number;
}

/** An email as the page of its lead shows it. */
export interface LeadEmail extends EmailHistory {
  recipients: RecipientRecord[];
}

/** The columns of an `EmailHistory`. */
export const historyColumns = {
  id: 'outbox.id',
  kind: 'outbox.kind',
  state: 'outbox.state',
  attempts: 'outbox.attempts',
  unanswered: 'outbox.unanswered',
  nextAttemptAt: 'outbox.next_attempt_at',
  lastError: 'outbox.last_error',
  sentAt: 'outbox.sent_at',
  gatheredInto: 'outbox.gathered_into',
};

/** An email as the outbox page lists it. */
export interface OutboxEmail extends LeadEmail {
  createdAt: Date;
  /** Whether a worker is sending it at this moment. */
  isClaimed: boolean;
  leadId: string;
  firstName: string;
  lastName: string;
}
