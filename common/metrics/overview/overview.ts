import type { Knex } from 'knex';
import { maxRepeats } from '../../outbox/repeats';
import { lastDays } from './days';
import { createTimedMemo } from '../../resilience/timed-memo';
import type { SweepOutcome } from '../../sweep/types';

export interface Day {
  /** `YYYY-MM-DD`, in the zone of the process. */
  day: string;
  submissions: number;
  outreaches: number;
}

/** How the firm's work stands. Flagged submissions do not count. */
export interface Overview {
  /** Median time from submission to outreach in the last 30 days; null when there was none. */
  medianSeconds: number | null;
  /** The last 30 days, today included, oldest first. */
  days: Day[];
  /** Emails that were given up. */
  failedEmails: number;
  /** Emails that may have arrived, and that are not repeated any more. */
  unconfirmedEmails: number;
  /**
   * Since when emails of one kind fail, or are not confirmed, and none is sent; null while each kind gets through. It takes
   * three failing acknowledgements, because prospects mistype addresses.
   */
  mailFailingSince: Date | null;
  /** Resumes known to be missing or damaged in the storage. */
  brokenResumes: number;
  /** How the last sweep of the storage ended; null before the first. */
  lastSweep: SweepOutcome | null;
}

interface OverviewDeps {
  db: Knex;
  now?: () => number;
}

/** Returns a function that reads the overview, at most once a minute. A failure is not kept. */
export function createOverview({ now = Date.now, ...deps }: OverviewDeps) {
  const read = () => readOverview(deps, new Date(now()));
  return createTimedMemo(read, { keepMs: 60_000, keepFailureMs: 0, now });
}

async function readOverview({ db }: Pick<OverviewDeps, 'db'>, now: Date): Promise<Overview> {
  const [totals, days] = await Promise.all([
    db.raw<{ rows: [Omit<Overview, 'days'>] }>(
      `select
        (select extract(epoch from
            percentile_cont(0.5) within group (order by reached_out_at - created_at))::float8
          from leads where flagged_reason is null
            and reached_out_at > now() - interval '30 days') as "medianSeconds",
        (select count(*)::int from outbox where state = 'FAILED') as "failedEmails",
        (select count(*)::int from outbox
          where state = 'UNKNOWN' and unanswered > ${maxRepeats}) as "unconfirmedEmails",
        (select count(*)::int from resume_problems) as "brokenResumes",
        (select outcome from sweeps order by id desc limit 1) as "lastSweep",
        (select min(since) from (
          select min(first_attempt_at) as since from outbox as failing
          where (state = 'FAILED' or state in ('QUEUED', 'UNKNOWN') and attempts > 0)
            and first_attempt_at > coalesce(
            (select max(sent_at) from outbox
              where state = 'SENT' and gathered_into is null and kind = failing.kind),
            '-infinity')
          group by kind having count(*) >= case kind when 'NOTIFICATION' then 1 else 3 end
        ) as kinds) as "mailFailingSince"`,
    ),
    readDays(db, now),
  ]);
  return { ...totals.rows[0], days };
}

/** Counts between the instants when the days start, since the zones that Postgres knows may be others. */
async function readDays(db: Knex, now: Date): Promise<Day[]> {
  const days = lastDays(30, now);
  const starts = days.map(({ start }) => start.toISOString());
  const { rows } = await db.raw<{ rows: Omit<Day, 'day'>[] }>(
    `select coalesce(received.n, 0)::int as submissions, coalesce(reached_out.n, 0)::int as outreaches
    from generate_series(1, 30) as day
    left join (select width_bucket(created_at, ?::timestamptz[]) as day, count(*) as n
      from leads where flagged_reason is null and created_at >= (?::timestamptz[])[1]
      group by 1) as received using (day)
    left join (select width_bucket(reached_out_at, ?::timestamptz[]) as day, count(*) as n
      from leads where flagged_reason is null and reached_out_at >= (?::timestamptz[])[1]
      group by 1) as reached_out using (day)
    order by day`,
    [starts, starts, starts, starts],
  );
  return rows.flatMap((row, i) => (days[i] ? [{ day: days[i].day, ...row }] : []));
}
