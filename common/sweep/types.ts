/** What is wrong with the stored file of a lead. */
export type ResumeProblem = 'MISSING' | 'WRONG_SIZE' | 'WRONG_HASH' | 'UNREADABLE';

/** What a sweep reads of a lead. */
export interface LeadFile {
  id: string;
  key: string;
  bytes: number;
  sha256: string;
  createdAt: Date;
  /** What the last sweep found. */
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
  /** Files that were read and hashed. */
  hashed: number;
}

/** STOPPED: the deletion limit was exceeded, so nothing was deleted. BROKEN_OFF: interrupted. */
export type SweepOutcome = 'DONE' | 'STOPPED' | 'FAILED' | 'BROKEN_OFF';

export interface Sweep extends SweepCounts {
  startedAt: Date;
  outcome: SweepOutcome;
  /** The code of a failure, never its message. */
  reason: string | null;
  /** The key of the last file hashed; null at the end. */
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
