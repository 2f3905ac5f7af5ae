import type { Knex } from 'knex';

/** Of the logins in each group, as logins.sql sets them, which says why. */
export const loginLimits = {
  lead_public: { connections: 25, statement: '5s', idleInTransaction: '10s', tempFiles: '10MB' },
  lead_internal: { connections: 25, statement: '60s', idleInTransaction: '10s', tempFiles: null },
};

/**
 * Returns the statements, for a superuser, that would limit what a stolen login can do to the other
 * users of the database. They name the login, because a group passes no settings on to its members.
 */
export async function readAdvice(
  db: Pick<Knex, 'raw'>,
  group: keyof typeof loginLimits,
): Promise<string[]> {
  const { connections, statement, idleInTransaction, tempFiles } = loginLimits[group];
  const values = [connections, statement, idleInTransaction, tempFiles];
  const { rows } = await db.raw<{ rows: { advice: string }[] }>(advice, values);
  return rows.map((row) => row.advice);
}

// The functions that no login needs, as in logins.sql. The internal login needs those that lock.
const advice = String.raw`
with login as (
  select quote_ident(rolname) as name, rolconnlimit as connections,
    (current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true)::int, 0)) / 2 as half
  from pg_roles where rolname = current_user
),
owner as (select relowner::regrole as name from pg_class where oid = 'public.leads'::regclass),
harmful as (
  select grantee, string_agg(name, ', ' order by name) as functions,
    string_agg(name, ', ' order by name) filter (where name ~ 'advisory') as locks
  from (
    select oid::regprocedure::text as name, coalesce(proacl, acldefault('f', proowner)) as acl
    from pg_proc where pronamespace = 'pg_catalog'::regnamespace
      and proname ~ '^(pg_(try_)\?advisory_|pg_sleep'
        '|lo_|loread$|lowrite$|pg_(notify|logical_emit_message|export_snapshot)$'
        '|pg_(cancel|terminate)_backend$|pg_get_object_address$|(pg_current_xact_id|txid_current)$)'
  ) as each, aclexplode(acl)
  where grantee = 0 or pg_has_role(grantee, 'MEMBER')
    and not (name ~ 'advisory' and grantee = to_regrole('lead_internal'))
  group by grantee
)
select format('ALTER ROLE %s CONNECTION LIMIT %s;', name, least(?::int, half)) as advice
from login where connections = -1 or connections > half
union all
select format('ALTER ROLE %s SET %s = %L;', name, setting, value)
from login, (values ('statement_timeout', ?, '0'), ('idle_in_transaction_session_timeout', ?, '0'),
  ('temp_file_limit', ?, '-1')) as wanted (setting, value, unlimited)
where current_setting(setting) = unlimited and value is not null
union all
select concat('GRANT EXECUTE ON FUNCTION ' || functions || ' TO ' || name || '; ',
  'GRANT EXECUTE ON FUNCTION ' || locks || ' TO lead_internal; ',
  'REVOKE EXECUTE ON FUNCTION ' || functions || ' FROM PUBLIC;')
from harmful, owner where grantee = 0
union all
select format('REVOKE EXECUTE ON FUNCTION %s FROM %s;', functions, grantee::regrole)
from harmful where grantee <> 0
union all
select format('GRANT USAGE ON LANGUAGE plpgsql TO %s; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;',
  name) from owner where has_language_privilege('public', 'plpgsql', 'USAGE')`;
