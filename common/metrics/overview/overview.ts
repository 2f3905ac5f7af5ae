import type { Knex } from 'knex';
import { createTimedMemo } from '../../resilience/timed-memo';
import type { SweepOutcome } from '../../sweep/types';

export interface Day {
  /** `YYYY-MM-DD`, in UTC. */
  day: string;
  submissions: number;
  outreaches: number;
}

/** How the desk stands. Flagged submissions count nowhere here. */
export interface Overview {
  waiting: number;
  /** Of those, how many wait longer than `overdueAfterHours`. */
  overdue: number;
  /** Median time from submission to outreach, of those reached out to in 30 days; null: of none. */
  medianSeconds: number | null;
  /** The last 30 days, today included, oldest first. */
  days: Day[];
  /** Mails that were given up. */
  failedMails: number;
  /**
   * Since when no notification gets through, or no acknowledgement and at least three were tried;
   * one mistyped address is no failure of the mail. Null: they do.
   */
  mailFailingSince: Date | null;
  /** Known to be missing or damaged in the storage. */
  brokenResumes: number;
  /** How the last sweep of the storage ended; null before the first. */
  lastSweep: SweepOutcome | null;
}

export interface OverviewDeps {
  db: Knex;
  overdueAfterHours: number;
  now?: (() => number) | undefined;
}

const keepMs = 60_000;

/** Returns the overview, computed at most once a minute however many ask. */
export function createOverview(deps: OverviewDeps): () => Promise<Overview> {
  return createTimedMemo(() => compute(deps), { keepMs, keepFailureMs: 0, now: deps.now });
}

interface FigureRow {
  waiting: string;
  overdue: string;
  median_seconds: number | null;
  failed_mails: string;
  failing_since: Date | null;
  broken_resumes: string;
  last_sweep: SweepOutcome | null;
}

async function compute({ db, overdueAfterHours }: OverviewDeps): Promise<Overview> {
  const [figures, days] = await Promise.all([
    db.raw<{ rows: [FigureRow] }>(
      `select
        (select count(*) from leads where state = 'PENDING' and flagged_reason is null) as waiting,
        (select count(*) from leads where state = 'PENDING' and flagged_reason is null
          and created_at < now() - ? * interval '1 hour') as overdue,
        (select extract(epoch from
            percentile_cont(0.5) within group (order by reached_out_at - created_at))::float8
          from leads where flagged_reason is null
            and reached_out_at > now() - interval '30 days') as median_seconds,
        (select count(*) from outbox where state = 'FAILED') as failed_mails,
        (select count(*) from resume_problems) as broken_resumes,
        (select outcome from sweeps order by id desc limit 1) as last_sweep,
        (select min(since) from (
          select min(first_attempt_at) as since from outbox as failing
          where (state = 'FAILED' or state = 'QUEUED' and attempts > 0) and first_attempt_at > coalesce(
            (select max(sent_at) from outbox where state = 'SENT' and kind = failing.kind),
            '-infinity')
          group by kind having count(*) >= case kind when 'NOTIFICATION' then 1 else 3 end
        ) as kinds) as failing_since`,
      [overdueAfterHours],
    ),
    db.raw<{ rows: Day[] }>(
      `select to_char(day, 'YYYY-MM-DD') as day,
        coalesce(came.n, 0)::int as submissions, coalesce(gone.n, 0)::int as outreaches
      from generate_series(date_trunc('day', now() at time zone 'UTC') - interval '29 days',
        date_trunc('day', now() at time zone 'UTC'), interval '1 day') as day
      left join (select date_trunc('day', created_at at time zone 'UTC') as day, count(*) as n
        from leads where flagged_reason is null and created_at > now() - interval '31 days'
        group by 1) as came using (day)
      left join (select date_trunc('day', reached_out_at at time zone 'UTC') as day, count(*) as n
        from leads where flagged_reason is null and reached_out_at > now() - interval '31 days'
        group by 1) as gone using (day)
      order by day`,
    ),
  ]);
  const [row] = figures.rows;
  return {
    waiting: Number(row.waiting),
    overdue: Number(row.overdue),
    medianSeconds: row.median_seconds,
    days: days.rows,
    failedMails: Number(row.failed_mails),
    mailFailingSince: row.failing_since,
    brokenResumes: Number(row.broken_resumes),
    lastSweep: row.last_sweep,
  };
}
