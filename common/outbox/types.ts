export type EmailKind = 'ACKNOWLEDGEMENT' | 'NOTIFICATION';
export const emailStates = ['FAILED', 'QUEUED', 'SENT', 'SKIPPED', 'DISMISSED'] as const;
export type EmailState = (typeof emailStates)[number];

/** A mail in hand: nobody else takes it up before `lockedUntil`. */
export interface ClaimedEmail {
  id: string;
  kind: EmailKind;
  attempts: number;
  lockedUntil: Date;
  lead: { id: string; firstName: string; lastName: string; email: string };
  /** An acknowledgement whose address has had one today, or gets an earlier one. */
  isRepeated: boolean;
}

/** The note tells of recipients that were refused while others accepted. */
export interface SentEmail {
  mail: ClaimedEmail;
  note?: string | undefined;
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

/** A mail as the outbox page lists it. */
export interface OutboxEmail extends EmailHistory {
  createdAt: Date;
  /** Somebody sends it at this moment. */
  isInHand: boolean;
  leadId: string;
  firstName: string;
  lastName: string;
}

export interface ClaimedRow {
  id: string;
  kind: EmailKind;
  attempts: number;
  locked_until: Date;
  lead_id: string;
  first_name: string;
  last_name: string;
  email: string;
  is_repeated: boolean;
}

export function toClaimedEmail(row: ClaimedRow): ClaimedEmail {
  return {
    id: row.id,
    kind: row.kind,
    attempts: row.attempts,
    lockedUntil: row.locked_until,
    lead: {
      id: row.lead_id,
      firstName: row.first_name,
      lastName: row.last_name,
      email: row.email,
    },
    isRepeated: row.is_repeated,
  };
}
