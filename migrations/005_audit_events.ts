import type { Knex } from 'knex';

/** Append-only by its grants; without a foreign key, because it outlives the lead. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table audit_events (
      id bigint generated always as identity primary key,
      at timestamptz(3) not null default now(),
      actor text not null,
      action text not null,
      lead_id uuid,
      details jsonb not null default '{}'
    );
    create index audit_events_by_lead on audit_events (lead_id, at);
    create index audit_events_by_time on audit_events (at, id);
    grant select, insert on audit_events to lead_internal;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table audit_events');
}
