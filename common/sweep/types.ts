/** What is wrong with the stored file of a lead. */
export type ResumeProblem = 'MISSING' | 'WRONG_SIZE' | 'WRONG_HASH' | 'UNREADABLE';

/** A lead as a sweep sees it. */
export interface LeadFile {
  id: string;
  key: string;
  bytes: number;
  sha256: string;
  createdAt: Date;
  /** As the last sweep left it. */
  problem: ResumeProblem | null;
}

export interface Finding {
  leadId: string;
  problem: ResumeProblem | null;
}

export interface SweepCounts {
  objects: number;
  foreign: number;
  leads: number;
  /** Objects without a lead that are older than the grace period. */
  orphans: number;
  deleted: number;
  missing: number;
  damaged: number;
  /** Files that were read whole. */
  hashed: number;
}

/** STOPPED: too much would have been deleted, so nothing was. BROKEN_OFF: the process had to end. */
export type SweepOutcome = 'DONE' | 'STOPPED' | 'FAILED' | 'BROKEN_OFF';

export interface Sweep extends SweepCounts {
  startedAt: Date;
  outcome: SweepOutcome;
  /** Of a failure: a code, never a message. */
  reason: string | null;
  /** Up to which key files were read; null: to the end. */
  hashedTo: string | null;
}

export interface RecordedSweep extends Sweep {
  finishedAt: Date;
}

export interface ResumeTrouble {
  leadId: string;
  firstName: string;
  lastName: string;
  problem: ResumeProblem;
  foundAt: Date;
}
