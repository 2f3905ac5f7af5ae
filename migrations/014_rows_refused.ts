import type { Knex } from 'knex';
import { lockBriefly } from './lock-briefly';
import { buildUniqueIndex } from './one-lead-one-resume';
import { repairTexts, texts, unfit } from './unfit-texts';

/** The repair of what is there must not hold up submissions. */
export const config = { transaction: false };

/**
 * What a stolen login of the public server could still insert: a resume of another lead, control
 * characters in names. What is new is refused first, then what is there is repaired, and then
 * constraints hold it. A run that was broken off is repeated.
 */
export async function up(knex: Knex): Promise<void> {
  await lockBriefly(
    knex,
    `-- No insert that began with the earlier trigger goes on beside the new one.
    lock table leads in share row exclusive mode;
    ${refuseOtherContent};
    ${queueEmails(refuseSavepoints)};
    ${refuseUnfitForNow}`,
  );
  // A setting of the session may be a gigabyte, which the next submission would have to work off.
  await knex.raw('alter index leads_search set (gin_pending_list_limit = 4096)');
  await repairTexts(knex);
  await buildUniqueIndex(knex);
  await lockBriefly(
    knex,
    `drop trigger leads_refuse_unfit on leads;
    drop function leads_refuse_unfit;
    alter table leads drop constraint if exists leads_unfit_characters,
      add constraint leads_unfit_characters check (${texts('leads')} !~ '${unfit}') not valid`,
  );
  await knex.raw('alter table leads validate constraint leads_unfit_characters');
}

const refuseOtherContent = `
  -- Runs with the owner's rights, because the public role may not read the table.
  create or replace function leads_refuse_other_content() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  declare
    stored record;
  begin
    -- Two submissions with one id, or one resume, at the same instant take turns: the second must
    -- find the first, even where ON CONFLICT DO NOTHING would pass over it. A submission is a
    -- transaction of its own. Later rows of one transaction lock nothing, so that one statement
    -- cannot fill the lock table that all sessions share, nor make a submission wait.
    if pg_current_xact_id_if_assigned() is null then
      perform pg_current_xact_id(), -- the next row, even after a repeat, is a later one
        pg_advisory_xact_lock(1, hashtext(new.id::text)),
        pg_advisory_xact_lock(2, hashtext(new.resume_key));
    end if;

    select flagged_reason,
      (first_name, last_name, email, resume_filename, resume_sha256) is not distinct from
      (new.first_name, new.last_name, new.email, new.resume_filename, new.resume_sha256) as is_same
    into stored from leads where id = new.id;

    if not found then
      perform from leads where resume_key collate "C" = new.resume_key;
      if found then
        raise exception 'this resume belongs to another lead'
          using errcode = 'unique_violation', constraint = 'leads_resume_key';
      end if;
      return new;
    end if;

    if not stored.is_same then
      raise exception 'this id belongs to another submission' using errcode = 'LI409';
    end if;

    -- A repeat without the honeypot says "Not spam", as an account does in common/leads/changes.ts.
    if stored.flagged_reason = 'honeypot' and new.flagged_reason is null then
      update leads set flagged_reason = null where id = new.id and flagged_reason = 'honeypot';
      if found then
        update outbox set state = 'QUEUED', next_attempt_at = now(), last_error = null
          where lead_id = new.id and state = 'SKIPPED' and last_error = 'FLAGGED';
        insert into audit_events (actor, action, lead_id) values ('system', 'NOT_SPAM', new.id);
      end if;
    end if;
    return null; -- nothing is stored: no row is reported as inserted
  end $$`;

/** As in 004, after `check`. */
const queueEmails = (check = '') => `
  create or replace function leads_queue_mails() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
  begin
    ${check}
    insert into outbox (lead_id, kind, state, last_error)
    select new.id, kind,
      case when new.flagged_reason is null then 'QUEUED' else 'SKIPPED' end::outbox_state,
      case when new.flagged_reason is not null then 'FLAGGED' end
    from unnest(enum_range(null::outbox_kind)) as kind;
    return null;
  end $$`;

// Each savepoint in which something is written holds a lock until the end of the transaction.
const refuseSavepoints = `
    perform from leads where id = new.id and xmin <> pg_current_xact_id()::xid;
    if found then
      raise exception 'a lead is not added within a savepoint' using errcode = 'insufficient_privilege';
    end if;`;

/** Not by the constraint yet: it would refuse every change of a lead that is not repaired. */
const refuseUnfitForNow = `
  create or replace function leads_refuse_unfit() returns trigger language plpgsql as $$
  begin
    raise exception 'control characters in a name' using errcode = 'check_violation';
  end $$;
  revoke all on function leads_refuse_unfit from public;
  create or replace trigger leads_refuse_unfit before insert on leads
    for each row when (${texts('new')} ~ '${unfit}') execute function leads_refuse_unfit()`;

/** What was repaired stays. An earlier public server needs nothing of this, nor does a later one. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger if exists leads_refuse_unfit on leads;
    drop function if exists leads_refuse_unfit;
    alter table leads drop constraint if exists leads_unfit_characters;
    create or replace function leads_refuse_other_content() returns trigger
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    begin
      perform pg_advisory_xact_lock(hashtextextended(new.id::text, 0));
      perform from leads where id = new.id and
        (first_name, last_name, email, resume_filename, resume_sha256) is distinct from
        (new.first_name, new.last_name, new.email, new.resume_filename, new.resume_sha256);
      if found then
        raise exception 'this id belongs to another submission' using errcode = 'LI409';
      end if;
      return new;
    end $$;
    ${queueEmails()};
    alter index leads_search reset (gin_pending_list_limit);
    create index if not exists leads_by_resume_key on leads (resume_key collate "C");
    drop index if exists leads_resume_key;
  `);
}
