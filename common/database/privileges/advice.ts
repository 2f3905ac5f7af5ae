import type { Knex } from 'knex';

/** Of the logins in each group, as logins.sql sets them, which says why. */
export const loginLimits = {
  lead_public: { connections: 25, statementTimeout: '5s', idleInTransactionTimeout: '10s' },
  lead_internal: { connections: 25, statementTimeout: '60s', idleInTransactionTimeout: '10s' },
};

/**
 * Returns the statements, for a superuser, that would limit what a stolen login can do to the other
 * users of the database. They name the login, because a group passes no settings on to its members.
 */
export async function readAdvice(
  db: Pick<Knex, 'raw'>,
  group: keyof typeof loginLimits,
): Promise<string[]> {
  const { connections, statementTimeout, idleInTransactionTimeout } = loginLimits[group];
  const { rows } = await db.raw<{ rows: { advice: string }[] }>(
    `with login as (
      select quote_ident(rolname) as name, rolconnlimit from pg_roles where rolname = current_user
    )
    select 'ALTER ROLE ' || name || ' CONNECTION LIMIT ' || ?::int || ';' as advice
    from login where rolconnlimit = -1
    union all
    select 'ALTER ROLE ' || name || ' SET ' || setting || ' = ' || quote_literal(value) || ';'
    from login, (values ('statement_timeout', ?),
      ('idle_in_transaction_session_timeout', ?)) as wanted (setting, value)
    where current_setting(setting) = '0'
    union all
    select 'REVOKE EXECUTE ON FUNCTION ' || oid::regprocedure || ' FROM '
      || case grantee when 0 then 'PUBLIC' else grantee::regrole::text end || ';'
    from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
    where pronamespace = 'pg_catalog'::regnamespace
      and proname in ('lo_create', 'lo_creat', 'lo_from_bytea')
      and (grantee = 0 or pg_has_role(grantee, 'MEMBER'))`,
    [connections, statementTimeout, idleInTransactionTimeout],
  );
  return rows.map(({ advice }) => advice);
}
