import type { RecordedSweep, Sweep, SweepOutcome } from './types';

export interface SweepRow {
  id: string;
  started_at: Date;
  finished_at: Date;
  outcome: SweepOutcome;
  reason: string | null;
  objects: number;
  foreign_objects: number;
  leads: number;
  orphans: number;
  deleted: number;
  missing: number;
  damaged: number;
  hashed: number;
  hashed_to: string | null;
}

export function toRow(sweep: Sweep): Omit<SweepRow, 'id' | 'finished_at'> {
  const { startedAt, foreign, hashedTo, ...same } = sweep;
  return { ...same, started_at: startedAt, foreign_objects: foreign, hashed_to: hashedTo };
}

export function fromRow(row: SweepRow): RecordedSweep {
  return {
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome,
    reason: row.reason,
    objects: row.objects,
    foreign: row.foreign_objects,
    leads: row.leads,
    orphans: row.orphans,
    deleted: row.deleted,
    missing: row.missing,
    damaged: row.damaged,
    hashed: row.hashed,
    hashedTo: row.hashed_to,
  };
}
