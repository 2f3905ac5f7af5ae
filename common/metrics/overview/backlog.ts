import type { Knex } from 'knex';
import { createOutboxAdmin, type EmailCounts } from '../../outbox/admin';
import { createTimedMemo } from '../../resilience/timed-memo';

/** What is waiting at this moment, for monitoring. */
export interface Backlog {
  /** Each counted up to `countedAtMost`, because sent emails can number in the millions. */
  emails: EmailCounts;
  /** 0 when no email is queued. */
  oldestQueuedEmailSeconds: number;
  /** 0 when no lead is pending. Flagged submissions do not count. */
  oldestPendingLeadSeconds: number;
  /** Resumes known to be missing or damaged in the storage. */
  brokenResumes: number;
  /** Since the last complete sweep of the storage; null before the first. */
  lastSweepSeconds: number | null;
}

/** Returns a function that reads the backlog, at most once in five seconds. */
export function createBacklogReader({ db, now }: { db: Knex; now?: () => number }) {
  return createTimedMemo(() => readBacklog(db), { keepMs: 5000, now });
}

/** Runs its queries one after the other, so that it never takes more than one connection. */
async function readBacklog(db: Knex): Promise<Backlog> {
  const emails = await createOutboxAdmin(db).counts();
  const { rows } = await db.raw<{ rows: [Omit<Backlog, 'emails'>] }>(
    `select ${ageOfOldest("outbox where state = 'QUEUED'")} as "oldestQueuedEmailSeconds",
      ${ageOfOldest("leads where state = 'PENDING' and flagged_reason is null")}
        as "oldestPendingLeadSeconds",
      (select count(*) from resume_problems)::int as "brokenResumes",
      (select extract(epoch from now() - finished_at) from sweeps
        where outcome in ('DONE', 'STOPPED') order by id desc limit 1)::float8
        as "lastSweepSeconds"`,
  );
  return { emails, ...rows[0] };
}

/** Reads the first entry of an index, in its order. */
function ageOfOldest(waiting: string): string {
  const oldest = `select created_at from ${waiting} order by created_at limit 1`;
  return `coalesce(greatest(0, extract(epoch from now() - (${oldest}))), 0)::float8`;
}
