import type { Time } from '../../format';
import type { LeadLink, Tone } from '../layout/partials';

export interface SweepRow {
  finished: Time;
  outcome: string;
  tone: Tone;
  reason: string | null;
  objects: number;
  foreign: number;
  orphans: number;
  deleted: number;
  leads: number;
  /** "2 missing, 1 damaged"; undefined when there is none. */
  broken: string | undefined;
}

export interface StorageViews {
  'storage/sweeps': {
    /** Why the last sweep did not complete, and what to do. */
    problem: string | undefined;
    troubles: { lead: LeadLink; problem: string; found: Time }[];
    /** How many more troubles there are than the page lists. */
    unshownCount: number;
    sweeps: SweepRow[];
  };
}
