import type { Knex } from 'knex';

/** The audit holds every read now: an end for old reads and sign-ins. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Deletes at most 5,000 events and returns how many. It names the actions itself, because whoever
    -- has the login of the internal server may call it. It writes down what it deleted.
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
        where action = any ('{LEADS_LISTED, LEAD_OPENED, RESUME_DOWNLOADED, NOTES_READ, OUTBOX_READ,
            STORAGE_READ, ACCOUNTS_READ, AUDIT_READ, SIGNED_IN, SIGN_IN_FAILED, SIGN_IN_LIMITED,
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
    end $$;
    revoke all on function audit_delete_old from public;
    grant execute on function audit_delete_old to lead_internal;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function if exists audit_delete_old(integer)');
}
