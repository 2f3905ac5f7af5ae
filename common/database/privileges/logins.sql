-- The owner, the two groups that the migrations grant to, and a login for each server. Embedded mode
-- runs it at every start, and deploy/logins.sql by psql. As a superuser, in the servers' database,
-- after setting lead_intake.owner_password, .public_password and .internal_password.

set log_error_verbosity = terse; -- the context of an error would hold a password

do $$
declare
  login record;
begin
  for login in
    -- A server's pool has ten connections: room for two servers, while one replaces the other, and
    -- for commands. A submission's statements take milliseconds; an export or a sweep, seconds. No
    -- transaction waits for a person. loginLimits in advice.ts must say the same.
    select * from (values
      ('lead_owner', null, 'owner', -1, '0', '0'),
      ('public_server', 'lead_public', 'public', 25, '5s', '10s'),
      ('internal_server', 'lead_internal', 'internal', 25, '60s', '10s')
    ) as logins (name, member_of, password, connections, statement_timeout, idle_timeout)
  loop
    if to_regrole(login.name) is null then
      execute format('create role %I', login.name);
    end if;
    execute format('alter role %I login nocreaterole password %L connection limit %s', login.name,
      current_setting('lead_intake.' || login.password || '_password'), login.connections);
    continue when login.member_of is null;

    if to_regrole(login.member_of) is null then
      execute format('create role %I nologin', login.member_of);
    end if;
    execute format('grant %I to %I', login.member_of, login.name);
    -- On the login, because a group passes no settings on to its members.
    execute format('alter role %I set statement_timeout = %L', login.name, login.statement_timeout);
    execute format('alter role %I set idle_in_transaction_session_timeout = %L', login.name,
      login.idle_timeout);
  end loop;

  execute format('alter database %I owner to lead_owner', current_database());
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to lead_public, lead_internal', current_database());
end $$;

-- Otherwise every login could fill the disk: with large objects here, with tables elsewhere.
revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea) from public;
revoke connect on database postgres, template1 from public;
