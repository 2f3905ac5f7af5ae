import type { Knex } from 'knex';
import { createOutboxAdmin, type EmailCounts } from '../../outbox/admin';
import { createTimedMemo } from '../../resilience/timed-memo';

/** How the desk stands at this moment, for whoever watches over the servers. */
export interface Backlog {
  /** Each up to a limit (see `countedAtMost`), because the sent ones go into millions. */
  mails: EmailCounts;
  /** Ages in seconds; 0 when nothing waits. Flagged submissions do not count. */
  oldestQueuedMail: number;
  oldestPendingLead: number;
  /** Resumes known to be missing or damaged in the storage. */
  brokenResumes: number;
  /** Seconds since a sweep of the storage saw everything; null before the first. */
  lastSweep: number | null;
}

export interface BacklogReaderDeps {
  db: Knex;
  now?: () => number;
}

const keepMs = 5000;

/** Returns the backlog, read at most once in five seconds and never twice at the same time. */
export function createBacklogReader({ db, now }: BacklogReaderDeps): () => Promise<Backlog> {
  return createTimedMemo(() => read(db), { keepMs, now });
}

interface FigureRow {
  mail: number;
  lead: number;
  broken: number;
  sweep: number | null;
}

/** One query after the other, so that it never takes more than one connection. */
async function read(db: Knex): Promise<Backlog> {
  const mails = await createOutboxAdmin(db).counts();
  const { rows } = await db.raw<{ rows: [FigureRow] }>(
    `select ${age("outbox where state = 'QUEUED'")} as mail,
      ${age("leads where state = 'PENDING' and flagged_reason is null")} as lead,
      (select count(*) from resume_problems)::int as broken,
      (select extract(epoch from now() - finished_at) from sweeps
        where outcome in ('DONE', 'STOPPED') order by id desc limit 1)::float8 as sweep`,
  );
  const [{ mail, lead, broken, sweep }] = rows;
  return {
    mails,
    oldestQueuedMail: mail,
    oldestPendingLead: lead,
    brokenResumes: broken,
    lastSweep: sweep,
  };
}

/** The first of an index, in its order. */
function age(waiting: string): string {
  const oldest = `select created_at from ${waiting} order by created_at limit 1`;
  return `coalesce(greatest(0, extract(epoch from now() - (${oldest}))), 0)::float8`;
}
