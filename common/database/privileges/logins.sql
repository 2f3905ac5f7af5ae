-- The owner, the two groups that the migrations grant to, and a login for each server. Embedded mode
-- runs it at every start, and deploy/logins.sql by psql. As a superuser, or on a managed Postgres as
-- an administrator with CREATEROLE and CREATEDB, in the servers' database, after setting
-- lead_intake.owner_password, .public_password and .internal_password.

do $$
declare
  login record;
  changing text; -- the role
begin
  for login in
    -- A server's pool has ten connections: room for two servers, while one replaces the other, and
    -- for commands, but half of all connections at most, so that the other login and the owner get
    -- theirs. A submission's statements take milliseconds; an export or a sweep, seconds. No
    -- transaction waits for a person. advice.ts must say the same.
    select name, member_of, statement_timeout, idle_timeout, case when connections > 0
      then least(connections, (current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0)) / 2)
      else connections end as connections,
      coalesce(current_setting('lead_intake.' || part || '_password', true), '') as password
    from (values
      ('lead_owner', null, 'owner', -1, '0', '0'),
      ('public_server', 'lead_public', 'public', 25, '5s', '10s'),
      ('internal_server', 'lead_internal', 'internal', 25, '60s', '10s')
    ) as logins (name, member_of, part, connections, statement_timeout, idle_timeout)
  loop
    if login.password = '' then
      raise exception 'The password of % is missing.', login.name;
    end if;
    changing := login.name;
    if to_regrole(login.name) is null then
      execute format('create role %I', login.name);
    end if;
    execute format('alter role %I login nocreaterole password %L connection limit %s', login.name,
      login.password, login.connections);
    continue when login.member_of is null;

    if to_regrole(login.member_of) is null then
      execute format('create role %I nologin', login.member_of);
    end if;
    if not pg_has_role(login.name, login.member_of, 'USAGE') then
      changing := login.member_of;
      execute format('grant %I to %I', login.member_of, login.name);
      changing := login.name;
    end if;
    -- On the login, because a group passes no settings on to its members.
    execute format('alter role %I set statement_timeout = %L', login.name, login.statement_timeout);
    execute format('alter role %I set idle_in_transaction_session_timeout = %L', login.name,
      login.idle_timeout);
  end loop;

  -- Who is no superuser gives a database only to a role that it is a member of, and would not get
  -- into this one again otherwise.
  if not pg_has_role('lead_owner',
    case when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end)
  then
    changing := 'lead_owner';
    execute format('grant lead_owner to %I', current_user);
  end if;
exception
  -- Not the error itself, whose context would take a password into the server's log.
  when insufficient_privilege then
    raise exception '%', sqlerrm using errcode = 'insufficient_privilege', hint =
      format('Somebody else created the role. They, or a superuser, must run: '
        'GRANT %I TO %I WITH ADMIN OPTION;', changing, current_user);
  when others then
    raise exception '%', sqlerrm using errcode = sqlstate;
end $$;

-- Not everything that is left may be done by whoever is no superuser: it is tried, and what remains
-- is named. The kinds from "GRANT EXECUTE" on are for a cluster of its own, in which every login could
-- otherwise stop all others or fill the disk.
do $$
declare
  administrator text := current_user;
  messages text := current_setting('client_min_messages');
  runner text;
  statement text;
  tried text[];
  remaining text := $remaining$
    select format('ALTER DATABASE %I OWNER TO lead_owner;', datname)
    from pg_database where datname = current_database() and datdba <> 'lead_owner'::regrole
    union all
    select format('REVOKE %s ON DATABASE %I FROM PUBLIC;', privilege, datname)
    from pg_database, unnest(array['CREATE', 'TEMPORARY', 'CONNECT']) privilege
    where datname = current_database() and has_database_privilege('public', oid, privilege)
    union all
    select format('GRANT CONNECT ON DATABASE %I TO %s;', datname, member)
    from pg_database, unnest(array['lead_public', 'lead_internal']::regrole[]) member
    where datname = current_database()
      and not exists (select from aclexplode(datacl) where grantee = member)
    union all
    select 'REVOKE CREATE ON SCHEMA public FROM PUBLIC;'
    where has_schema_privilege('public', 'public', 'CREATE')
    union all
    select 'GRANT USAGE, CREATE ON SCHEMA public TO lead_owner;'
    where not has_schema_privilege('lead_owner', 'public', 'USAGE')
      or not has_schema_privilege('lead_owner', 'public', 'CREATE')
    union all
    -- What locks, notifies, writes, waits, ends sessions or uses up transaction ids; docs/security.md
    -- says what stays. The statement is whole, because a REVOKE alone would take the locks from those
    -- who use them.
    select format('GRANT EXECUTE ON FUNCTION %1$s TO lead_owner; '
      'GRANT EXECUTE ON FUNCTION %2$s TO lead_internal; '
      'REVOKE EXECUTE ON FUNCTION %1$s FROM PUBLIC;', string_agg(name, ', ' order by name),
      string_agg(name, ', ' order by name) filter (where name ~ 'advisory'))
    from (select oid, oid::regprocedure::text as name from pg_proc
      where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(pg_(try_)?advisory_|pg_sleep'
        '|lo_|loread$|lowrite$|pg_(notify|logical_emit_message|export_snapshot)$'
        '|pg_(cancel|terminate)_backend$|pg_get_object_address$|(pg_current_xact_id|txid_current)$)'
        -- lo_import and lo_export reach the server's files: only superusers have them to begin with.
        and not exists (select from pg_init_privs
          where (classoid, objoid) = ('pg_proc'::regclass, pg_proc.oid))) as harmful
    having bool_or(has_function_privilege('public', oid, 'EXECUTE')
      or not has_function_privilege('lead_owner', oid, 'EXECUTE')
      or name ~ 'advisory' and not has_function_privilege('lead_internal', oid, 'EXECUTE'))
    union all
    select 'GRANT USAGE ON LANGUAGE plpgsql TO lead_owner; '
      'REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;' -- for DO
    where has_language_privilege('public', 'plpgsql', 'USAGE')
      or not has_language_privilege('lead_owner', 'plpgsql', 'USAGE')
    union all
    -- Most commands that change definitions lock first, and only then ask who may do so.
    select 'CREATE SCHEMA IF NOT EXISTS login_guard; '
      'CREATE OR REPLACE FUNCTION login_guard.refuse_commands() RETURNS event_trigger '
      'LANGUAGE plpgsql SET search_path = pg_catalog AS $function$ begin '
      'if exists (select from pg_roles where rolname = session_user and not rolsuper '
      'and pg_has_role(oid, to_regrole(''lead_public''), ''USAGE'')) '
      'then raise insufficient_privilege using message = ''this login may not change definitions''; '
      'end if; end $function$; '
      'CREATE EVENT TRIGGER login_guard ON ddl_command_start '
      'EXECUTE FUNCTION login_guard.refuse_commands();'
    where not exists (select from pg_event_trigger where evtname = 'login_guard')
    union all
    select 'ALTER ROLE public_server SET temp_file_limit = ''10MB'';' -- of each process
    where not exists (select from pg_db_role_setting, unnest(setconfig) as setting
      where setrole = 'public_server'::regrole and setting like 'temp\_file\_limit=%')
    union all
    select 'GRANT pg_use_reserved_connections TO lead_owner, lead_internal;'
    from pg_roles where rolname = 'pg_use_reserved_connections'
      and not (pg_has_role('lead_owner', oid, 'USAGE') and pg_has_role('lead_internal', oid, 'USAGE'))
    union all
    select format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC;', datname)
    from pg_database where datname in ('postgres', 'template1')
      and has_database_privilege('public', oid, 'CONNECT')
  $remaining$;
begin
  foreach runner in array array[current_user, 'lead_owner'] loop
    tried := '{}';
    loop
      execute format('select min(statement) from (%s) as s (statement) where statement <> all ($1)',
        remaining) into statement using tried;
      exit when statement is null;
      tried := tried || statement;
      begin
        -- A REVOKE that is not allowed may only warn.
        perform set_config('client_min_messages', 'error', true), set_config('role', runner, true);
        execute statement;
      exception when insufficient_privilege then
        null;
      end;
      perform set_config('client_min_messages', messages, true),
        set_config('role', administrator, true);
    end loop;
  end loop;
  for statement in execute remaining loop
    raise warning 'Only a superuser, or the owner of the object, may run: %', statement;
  end loop;
end $$;
