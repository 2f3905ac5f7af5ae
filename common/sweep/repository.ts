import type { Knex } from 'knex';
import { recordEvent } from '../audit/repository';
import { withAdvisoryLock } from '../database/advisory-lock';
import type {
  Finding,
  LeadFile,
  RecordedSweep,
  ResumeProblem,
  ResumeTrouble,
  Sweep,
} from './types';

export type SweepRepository = ReturnType<typeof createSweepRepository>;

export function createSweepRepository(db: Knex) {
  return {
    /** Runs `work` unless another process is sweeping; then returns undefined. */
    withLock: <T>(work: () => Promise<T>) => withAdvisoryLock(db, 'lead-intake sweep', work),

    async now() {
      const { rows } = await db.raw<{ rows: [{ now: Date }] }>('select now()');
      return rows[0].now;
    },

    leadFiles: (after: string, upTo?: string) => leadFiles(db, after, upTo),

    async hasLead(key: string) {
      const lead: unknown = await db('leads')
        .whereRaw('resume_key collate "C" = ?', [key])
        .first('id');
      return lead !== undefined;
    },

    saveFindings: (findings: Finding[]) => saveFindings(db, findings),

    async record({ startedAt, foreign, hashedTo, ...sweep }: Sweep) {
      await db.transaction(async (trx) => {
        await trx('sweeps').insert({
          ...sweep,
          started_at: startedAt,
          foreign_objects: foreign,
          hashed_to: hashedTo,
        });
        if (sweep.deleted === 0) return;
        const details = { objects: sweep.deleted };
        await recordEvent(trx, { actor: 'system', action: 'ORPHANS_DELETED', details });
      });
    },

    /** Returns the newest sweeps, newest first. */
    latest: (limit: number): Promise<RecordedSweep[]> => selectSweeps(db).limit(limit),

    /** Returns the key after which the next sweep hashes files. */
    hashedTo: async () => (await lastCompleted(db))?.hashedTo ?? '',

    /** Returns when the last sweep ended that compared everything. */
    lastCompletedAt: async () => (await lastCompleted(db))?.finishedAt,

    async problemOf(leadId: string) {
      const row = await db('resume_problems')
        .where({ lead_id: leadId })
        .first<{ problem: ResumeProblem } | undefined>('problem');
      return row?.problem;
    },

    /** Returns the oldest problems. */
    troubles: (limit: number) =>
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

function selectSweeps(db: Knex): Knex.QueryBuilder {
  return db('sweeps')
    .orderBy('id', 'desc')
    .select('outcome', 'reason', 'objects', 'leads', 'orphans', 'deleted', 'missing', 'damaged')
    .select('hashed', {
      startedAt: 'started_at',
      finishedAt: 'finished_at',
      foreign: 'foreign_objects',
      hashedTo: 'hashed_to',
    });
}

const lastCompleted = (db: Knex) =>
  selectSweeps(db).whereIn('outcome', ['DONE', 'STOPPED']).first<RecordedSweep | undefined>();

const batchSize = 1000;

/** Yields batches of the leads with a key after `after` and up to `upTo`, in the order of keys. */
async function* leadFiles(db: Knex, after: string, upTo?: string): AsyncGenerator<LeadFile[]> {
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

/** Records new problems and deletes solved ones. Leaves out leads that have been deleted meanwhile. */
async function saveFindings(db: Knex, findings: Finding[]): Promise<void> {
  const problems = findings.flatMap(({ leadId, problem }) =>
    problem ? [{ leadId, problem }] : [],
  );
  const solved = findings.filter(({ problem }) => problem === null);
  if (solved.length > 0) {
    const ids = solved.map(({ leadId }) => leadId);
    await db('resume_problems').whereRaw('lead_id = any(?)', [ids]).delete();
  }
  if (problems.length === 0) return;
  await db.raw(
    `insert into resume_problems (lead_id, problem)
     select leads.id, found.problem
     from unnest(?::uuid[], ?::text[]) as found (lead_id, problem)
     join leads on leads.id = found.lead_id
     for key share of leads
     on conflict (lead_id) do update set problem = excluded.problem, found_at = now()`,
    [problems.map(({ leadId }) => leadId), problems.map(({ problem }) => problem)],
  );
}
