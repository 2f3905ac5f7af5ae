export type EmailKind = 'ACKNOWLEDGEMENT' | 'NOTIFICATION';
export const emailStates = ['FAILED', 'QUEUED', 'SENT', 'SKIPPED', 'DISMISSED'] as const;
export type EmailState = (typeof emailStates)[number];

/** A queued email with its lead. No other worker takes it before `lockedUntil`. */
export interface ClaimedEmail {
  id: string;
  kind: EmailKind;
  attempts: number;
  lockedUntil: Date;
  lead: { id: string; firstName: string; lastName: string; email: string };
  /** An acknowledgement whose address had one within a day, or has an earlier one queued. */
  isRepeated: boolean;
}

export interface EmailHistory {
  id: string;
  kind: EmailKind;
  state: EmailState;
  attempts: number;
  nextAttemptAt: Date;
  /** A reason, or the step that failed and a code; never an address. */
  lastError: string | null;
  sentAt: Date | null;
}

/** The columns of an `EmailHistory`. */
export const historyColumns = {
  id: 'outbox.id',
  kind: 'outbox.kind',
  state: 'outbox.state',
  attempts: 'outbox.attempts',
  nextAttemptAt: 'outbox.next_attempt_at',
  lastError: 'outbox.last_error',
  sentAt: 'outbox.sent_at',
};

/** An email as the outbox page lists it. */
export interface OutboxEmail extends EmailHistory {
  createdAt: Date;
  /** Whether a worker is sending it at this moment. */
  isClaimed: boolean;
  leadId: string;
  firstName: string;
  lastName: string;
}
