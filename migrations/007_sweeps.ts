import type { Knex } from 'knex';

/**
 * What the sweeps of the storage found. A problem is a row of its own, so that noting it neither
 * touches the lead's `updated_at` nor waits for whoever works on the lead.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table resume_problems (
      lead_id uuid primary key references leads on delete cascade,
      problem text not null check (problem in ('MISSING', 'WRONG_SIZE', 'WRONG_HASH', 'UNREADABLE')),
      found_at timestamptz(3) not null default now()
    );
    create index resume_problems_by_time on resume_problems (found_at, lead_id);
    grant select, insert, delete, update (problem, found_at) on resume_problems to lead_internal;

    create table sweeps (
      id bigint generated always as identity primary key,
      started_at timestamptz(3) not null,
      finished_at timestamptz(3) not null default now(),
      outcome text not null check (outcome in ('DONE', 'STOPPED', 'FAILED', 'BROKEN_OFF')),
      reason text check (char_length(reason) <= 100),
      objects integer not null,
      foreign_objects integer not null,
      leads integer not null,
      orphans integer not null,
      deleted integer not null,
      missing integer not null,
      damaged integer not null,
      hashed integer not null,
      hashed_to text
    );
    grant select, insert on sweeps to lead_internal;

    create index leads_by_resume_key on leads (resume_key collate "C");
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index leads_by_resume_key;
    drop table sweeps;
    drop table resume_problems;
  `);
}
