import type { Knex } from 'knex';
import { createIndexConcurrently } from './index-concurrently';
import { lockBriefly } from './lock-briefly';

/** Batches are transactions of their own, so that nobody waits for all of them. */
export const config = { transaction: false };

const batchLeads = 1000;
const progressLeads = 20_000;
const firstId = '00000000-0000-0000-0000-000000000000';

const reads = `LEADS_LISTED, LEAD_OPENED, RESUME_DOWNLOADED, NOTES_READ, OUTBOX_READ, STORAGE_READ,
  ACCOUNTS_READ, AUDIT_READ`;

/**
 * When somebody first opened a lead. The index of those that nobody has opened stays small; without
 * it, counting them read all that wait (50 ms of 20,000). A run that was broken off is repeated.
 */
export async function up(knex: Knex): Promise<void> {
  await lockBriefly(
    knex,
    `alter table leads add column if not exists opened_at timestamptz(3);
    grant update (opened_at) on leads to lead_internal;
    ${touch(exceptForOpenings)};
    ${deleteOldEvents(`${reads}, RESUME_READ`)}`,
  );
  await fillIn(knex);
  const unopened = 'where flagged_reason is null and opened_at is null';
  await createIndexConcurrently(
    knex,
    'leads_unopened',
    `leads (state, created_at, id) ${unopened}`,
  );
}

/** As in 013, after `exception`. */
const touch = (exception = '') => `
  create or replace function leads_touch() returns trigger language plpgsql as $$
  begin
    ${exception}
    if (new.search_text, new.sort_name) is not distinct from (old.search_text, old.sort_name)
      or (new.first_name, new.last_name, new.email)
        is distinct from (old.first_name, old.last_name, old.email)
    then
      new.updated_at := now();
    end if;
    return new;
  end $$`;

// The row before, had it been opened then, is the row now.
const exceptForOpenings = `-- A lead that somebody opens has not changed.
    if new.opened_at is distinct from old.opened_at then
      old.opened_at := new.opened_at;
      if new is not distinct from old then
        return new;
      end if;
    end if;`;

/** As in 018. */
const deleteOldEvents = (readsAndMore: string) => `
  create or replace function audit_delete_old(retain_days integer) returns integer
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  declare
    ends_at timestamptz := now() - make_interval(days => retain_days);
    deleted integer;
  begin
    if retain_days is null or retain_days < 30 then
      raise exception 'The audit keeps reads and sign-ins for 30 days at least.'
        using errcode = 'invalid_parameter_value';
    end if;
    delete from audit_events where id = any (array(
      select id from audit_events
      where action = any ('{${readsAndMore}, SIGNED_IN, SIGN_IN_FAILED, SIGN_IN_LIMITED,
          ACCESS_DENIED, CROSS_SITE_REFUSED}')
        and at < ends_at
      limit 5000 for update skip locked
    ));
    get diagnostics deleted = row_count;
    if deleted > 0 then
      insert into audit_events (actor, action, details) values ('system', 'OLD_EVENTS_DELETED',
        jsonb_build_object('events', deleted,
          'before', to_char(ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
    end if;
    return deleted;
  end $$`;

/**
 * Leads from before count as opened since the first that an account did with them, or since the
 * outreach where the audit no longer has that. Waiting ones that nobody touched stay unopened.
 */
async function fillIn(knex: Knex): Promise<void> {
  let done = 0;
  let batch = await fillBatch(knex, firstId);
  while (batch.leads > 0) {
    done += batch.leads;
    if (done % progressLeads === 0) console.log(`${done} leads know when they were opened.`);
    batch = await fillBatch(knex, batch.last);
  }
}

async function fillBatch(knex: Knex, after: string): Promise<{ leads: number; last: string }> {
  const { rows } = await knex.raw<{ rows: [{ leads: number; last: string }] }>(
    `with batch as materialized (
      select id, reached_out_at from leads where id > ? order by id limit ${batchLeads}
    ), opened as materialized (
      select id, coalesce((select min(at) from audit_events
        where lead_id = batch.id and actor not in ('system', 'unknown')), reached_out_at) as at
      from batch
    ), changed as (
      update leads set opened_at = opened.at from opened
      where leads.id = opened.id and leads.opened_at is null and opened.at is not null
    )
    select count(*)::integer as leads, max(id::text) as last from batch`,
    [after],
  );
  return rows[0];
}

/** The audit still has most of the openings, but the column is worth more than that. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${touch()};
    ${deleteOldEvents(reads)};
    alter table leads drop column if exists opened_at`);
}
