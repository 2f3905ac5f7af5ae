import type { Knex } from 'knex';

/** Of the logins in each group, as logins.sql sets them, which says why. */
export const loginLimits = {
  lead_public: {
    connections: 25,
    statementTimeout: '5s',
    idleInTransactionTimeout: '10s',
    tempFileLimit: '10MB',
  },
  lead_internal: {
    connections: 25,
    statementTimeout: '60s',
    idleInTransactionTimeout: '10s',
    tempFileLimit: null,
  },
};

/**
 * Returns the statements, for a superuser, that would limit what a stolen login can do to the other
 * users of the database. They name the login, because a group passes no settings on to its members.
 */
export async function readAdvice(
  db: Pick<Knex, 'raw'>,
  group: keyof typeof loginLimits,
): Promise<string[]> {
  const { connections, statementTimeout, idleInTransactionTimeout, tempFileLimit } =
    loginLimits[group];
  const { rows } = await db.raw<{ rows: { advice: string }[] }>(
    `${missingLimits} union all ${openFunctions} union all ${openLanguage}`,
    [connections, statementTimeout, idleInTransactionTimeout, tempFileLimit],
  );
  return rows.map(({ advice }) => advice);
}

const missingLimits = `
with login as (
  select quote_ident(rolname) as name, rolconnlimit from pg_roles where rolname = current_user
),
half as (
  select (current_setting('max_connections')::int
    - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0)) / 2 as connections
),
owner as (
  select relowner::regrole as name from pg_class where oid = 'public.leads'::regclass
)
select format('ALTER ROLE %s CONNECTION LIMIT %s;', name, least(?::int, connections)) as advice
from login, half where rolconnlimit = -1 or rolconnlimit > connections
union all
select format('ALTER ROLE %s SET %s = %L;', name, setting, value)
from login, (values ('statement_timeout', ?, '0'),
  ('idle_in_transaction_session_timeout', ?, '0'), ('temp_file_limit', ?, '-1'))
  as wanted (setting, value, unlimited)
where current_setting(setting) = unlimited and value is not null`;

// The functions that no login needs, as in logins.sql. The internal login needs those that lock.
const openFunctions = String.raw`
select case when grantee = 0 then
    format('GRANT EXECUTE ON FUNCTION %s TO %s; ', functions, owner.name)
    || coalesce(format('GRANT EXECUTE ON FUNCTION %s TO lead_internal; ', locks), '') else '' end
  || format('REVOKE EXECUTE ON FUNCTION %s FROM %s;', functions,
    case when grantee = 0 then 'PUBLIC' else grantee::regrole::text end)
from owner, (
  select grantee, string_agg(name, ', ' order by name) as functions,
    string_agg(name, ', ' order by name) filter (where name ~ 'advisory') as locks
  from (
    select oid::regprocedure::text as name, coalesce(proacl, acldefault('f', proowner)) as acl
    from pg_proc where pronamespace = 'pg_catalog'::regnamespace
      and proname ~ '^(pg_(try_)\?advisory_|pg_sleep'
        '|lo_|loread$|lowrite$|pg_(notify|logical_emit_message|export_snapshot)$'
        '|pg_(cancel|terminate)_backend$)'
  ) as harmful, aclexplode(acl)
  where grantee = 0 or pg_has_role(grantee, 'MEMBER')
    and not (name ~ 'advisory' and grantee = to_regrole('lead_internal'))
  group by grantee
) as open`;

const openLanguage = `
select format('GRANT USAGE ON LANGUAGE plpgsql TO %s; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;',
  name)
from owner where has_language_privilege('public', 'plpgsql', 'USAGE')`;
