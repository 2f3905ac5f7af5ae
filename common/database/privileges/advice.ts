import type { Knex } from 'knex';

/**
 * The statements, for a superuser, that would bound what a stolen login can do to the others: they
 * belong to the login itself, because a group role does not pass them on.
 */
export async function readAdvice(db: Pick<Knex, 'raw'>): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { advice: string }[] }>(`
    with login as (
      select quote_ident(rolname) as name, rolconnlimit from pg_roles where rolname = current_user
    )
    select 'ALTER ROLE ' || name || ' CONNECTION LIMIT 50;' as advice
    from login where rolconnlimit = -1
    union all
    select 'ALTER ROLE ' || name || ' SET ' || setting || ' = ' || quote_literal(value) || ';'
    from login, (values ('statement_timeout', '60s'),
      ('idle_in_transaction_session_timeout', '10s')) as wanted (setting, value)
    where current_setting(setting) = '0'
    union all
    select 'REVOKE EXECUTE ON FUNCTION ' || oid::regprocedure || ' FROM PUBLIC;'
    from pg_proc where pronamespace = 'pg_catalog'::regnamespace
      and proname in ('lo_create', 'lo_creat', 'lo_from_bytea')
      and has_function_privilege(oid, 'EXECUTE')`);
  return rows.map(({ advice }) => advice);
}
