import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create type outbox_kind as enum ('ACKNOWLEDGEMENT', 'NOTIFICATION');
    create type outbox_state as enum ('QUEUED', 'SENT', 'FAILED', 'SKIPPED', 'DISMISSED');

    create table outbox (
      id uuid primary key default gen_random_uuid(),
      lead_id uuid not null references leads on delete cascade,
      kind outbox_kind not null,
      state outbox_state not null default 'QUEUED',
      attempts integer not null default 0,
      created_at timestamptz(3) not null default now(),
      first_attempt_at timestamptz(3),
      next_attempt_at timestamptz(3) not null default now(),
      locked_until timestamptz(3),
      last_error text,
      sent_at timestamptz(3),
      unique (lead_id, kind)
    );
    create index outbox_waiting on outbox (next_attempt_at, id) where state = 'QUEUED';
    create index outbox_acknowledged on outbox (sent_at)
      where kind = 'ACKNOWLEDGEMENT' and state = 'SENT';

    grant select, update (state, attempts, first_attempt_at, next_attempt_at, locked_until,
      last_error, sent_at) on outbox to lead_internal;
  `);
  await knex.raw(`
    -- With the owner's rights, so that the role that adds a lead needs none on the outbox, and a
    -- lead without its two mails cannot exist.
    create function leads_queue_mails() returns trigger
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    begin
      insert into outbox (lead_id, kind, state, last_error)
      select new.id, kind,
        case when new.flagged_reason is null then 'QUEUED' else 'SKIPPED' end::outbox_state,
        case when new.flagged_reason is not null then 'FLAGGED' end
      from unnest(enum_range(null::outbox_kind)) as kind;
      return null;
    end $$;
    revoke all on function leads_queue_mails from public;
    create trigger leads_queue_mails after insert on leads
      for each row execute function leads_queue_mails();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger leads_queue_mails on leads;
    drop function leads_queue_mails;
    drop table outbox;
    drop type outbox_state;
    drop type outbox_kind;
  `);
}
