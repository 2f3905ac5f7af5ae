import type { Knex } from 'knex';
import { recordEvent } from '../audit/repository';
import { withAdvisoryLock } from '../database/advisory-lock';
import { saveFindings } from './findings';
import { fromRow, toRow, type SweepRow } from './rows';
import type {
  Finding,
  LeadFile,
  RecordedSweep,
  ResumeProblem,
  ResumeTrouble,
  Sweep,
} from './types';

export interface SweepRepository {
  /** Runs `work` unless another process is sweeping; then returns undefined. */
  withLock<T>(work: () => Promise<T>): Promise<T | undefined>;
  now(): Promise<Date>;
  /** Yields batches of the leads with a key after `after` and up to `upTo`, in the order of keys. */
  leadFiles(after: string, upTo: string | undefined): AsyncIterable<LeadFile[]>;
  hasLead(key: string): Promise<boolean>;
  saveFindings(findings: Finding[]): Promise<void>;
  record(sweep: Sweep): Promise<void>;
  /** Returns the newest sweeps, newest first. */
  latest(limit: number): Promise<RecordedSweep[]>;
  /** Returns the key after which the next sweep hashes files. */
  hashedTo(): Promise<string>;
  /** Returns when the last sweep ended that compared everything. */
  lastCompletedAt(): Promise<Date | undefined>;
  problemOf(leadId: string): Promise<ResumeProblem | undefined>;
  /** Returns the oldest problems. */
  troubles(limit: number): Promise<ResumeTrouble[]>;
  countTroubles(): Promise<number>;
}

const lock = 'lead-intake sweep';

export function createSweepRepository(db: Knex): SweepRepository {
  return {
    withLock: (work) => withAdvisoryLock(db, lock, work),

    async now() {
      const { rows } = await db.raw<{ rows: [{ now: Date }] }>('select now()');
      return rows[0].now;
    },

    leadFiles: (after, upTo) => leadFiles(db, after, upTo),

    async hasLead(key) {
      const lead: unknown = await db('leads')
        .whereRaw('resume_key collate "C" = ?', [key])
        .first('id');
      return lead !== undefined;
    },

    saveFindings: (findings) => saveFindings(db, findings),

    async record(sweep) {
      await db.transaction(async (trx) => {
        await trx('sweeps').insert(toRow(sweep));
        if (sweep.deleted === 0) return;
        const details = { objects: sweep.deleted };
        await recordEvent(trx, { actor: 'system', action: 'ORPHANS_DELETED', details });
      });
    },

    async latest(limit) {
      const rows = await newest(db).limit(limit);
      return rows.map(fromRow);
    },

    async hashedTo() {
      const row = await completed(db).first();
      return row?.hashed_to ?? '';
    },

    async lastCompletedAt() {
      const row = await completed(db).first();
      return row?.finished_at;
    },

    async problemOf(leadId) {
      const row = await db('resume_problems')
        .where({ lead_id: leadId })
        .first<{ problem: ResumeProblem } | undefined>('problem');
      return row?.problem;
    },

    troubles: (limit) =>
      db('resume_problems')
        .join('leads', 'leads.id', 'lead_id')
        .orderBy(['found_at', 'lead_id'])
        .limit(limit)
        .select<ResumeTrouble[]>('problem', {
          leadId: 'lead_id',
          foundAt: 'found_at',
          firstName: 'first_name',
          lastName: 'last_name',
        }),

    async countTroubles() {
      const [row] = await db('resume_problems').count<{ n: string }[]>({ n: '*' });
      return Number(row?.n);
    },
  };
}

const newest = (db: Knex) => db<SweepRow>('sweeps').orderBy('id', 'desc').select('*');
const completed = (db: Knex) => newest(db).whereIn('outcome', ['DONE', 'STOPPED']);

const batchSize = 1000;

async function* leadFiles(
  db: Knex,
  after: string,
  upTo: string | undefined,
): AsyncGenerator<LeadFile[]> {
  for (let from = after; ;) {
    const batch = await db('leads')
      .leftJoin('resume_problems', 'lead_id', 'leads.id')
      .whereRaw('resume_key collate "C" > ?', [from])
      .modify((rows) => {
        if (upTo !== undefined) void rows.whereRaw('resume_key collate "C" <= ?', [upTo]);
      })
      .orderByRaw('resume_key collate "C"')
      .limit(batchSize)
      .select<LeadFile[]>('leads.id', 'problem', {
        key: 'resume_key',
        bytes: 'resume_bytes',
        sha256: 'resume_sha256',
        createdAt: 'created_at',
      });
    const last = batch.at(-1);
    if (!last) return;
    yield batch;
    if (batch.length < batchSize) return;
    from = last.key;
  }
}
