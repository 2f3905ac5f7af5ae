import type { Knex } from 'knex';

/**
 * Times carry milliseconds, as JavaScript's do, so that a page's cursor names its row exactly.
 * There is no unique constraint besides the id: another one would tell an outsider who applied.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create type lead_state as enum ('PENDING', 'REACHED_OUT');

    create table leads (
      id uuid primary key,
      first_name text not null check (char_length(first_name) between 1 and 100),
      last_name text not null check (char_length(last_name) between 1 and 100),
      email text not null check (char_length(email) between 3 and 254),
      state lead_state not null default 'PENDING',
      flagged_reason text check (char_length(flagged_reason) <= 100),
      resume_key text not null check (resume_key ~ '^resumes/[0-9a-f-]{36}$'),
      resume_filename text not null check (char_length(resume_filename) between 1 and 255),
      resume_type text not null check (resume_type in ('pdf', 'doc', 'docx', 'rtf', 'txt')),
      resume_bytes integer not null check (resume_bytes > 0),
      resume_sha256 text not null check (resume_sha256 ~ '^[0-9a-f]{64}$'),
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now(),
      reached_out_at timestamptz(3),
      reached_out_by uuid references accounts,
      assigned_to uuid references accounts,
      constraint leads_reached_out check (
        (state = 'REACHED_OUT') = (reached_out_at is not null)
        and (reached_out_at is null) = (reached_out_by is null)
      )
    );
    create index leads_by_state on leads (state, created_at, id) where flagged_reason is null;
    create index leads_by_created_at on leads (created_at, id) where flagged_reason is null;
    create index leads_by_last_name on leads (last_name, created_at, id) where flagged_reason is null;
    create index leads_flagged on leads (created_at, id) where flagged_reason is not null;
    create index leads_by_email on leads (lower(email), created_at);

    grant insert (id, first_name, last_name, email, flagged_reason, resume_key, resume_filename,
      resume_type, resume_bytes, resume_sha256) on leads to lead_public;
    grant select, delete, update (state, flagged_reason, reached_out_at, reached_out_by, assigned_to)
      on leads to lead_internal;

    create table notes (
      id uuid primary key default gen_random_uuid(),
      lead_id uuid not null references leads on delete cascade,
      author uuid not null references accounts,
      text text not null check (char_length(text) between 1 and 10000),
      created_at timestamptz(3) not null default now()
    );
    create index notes_by_lead on notes (lead_id, created_at);
    grant select, insert on notes to lead_internal;
  `);
  await knex.raw(`
    create function leads_touch() returns trigger language plpgsql as $$
    begin
      new.updated_at := now();
      return new;
    end $$;
    revoke all on function leads_touch from public;
    create trigger leads_touch before update on leads
      for each row execute function leads_touch();

    -- The same id with the same content is a repeat, and harmless; with other content it is
    -- another submission, which must not vanish behind ON CONFLICT DO NOTHING. The lock makes two
    -- at the same instant take turns. It runs with the owner's rights, because the public role
    -- may not read the table.
    create function leads_refuse_other_content() returns trigger
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
    revoke all on function leads_refuse_other_content from public;
    create trigger leads_refuse_other_content before insert on leads
      for each row execute function leads_refuse_other_content();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table notes;
    drop table leads;
    drop function leads_refuse_other_content;
    drop function leads_touch;
    drop type lead_state;
  `);
}
