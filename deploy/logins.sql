-- Run once by a superuser in the empty database lead_intake, before the first migration:
--   OWNER_PASSWORD=… PUBLIC_PASSWORD=… INTERNAL_PASSWORD=… psql -d lead_intake -f deploy/logins.sql
-- It makes the owner, the two group roles that the migrations grant to, and a login for each server.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv public_password PUBLIC_PASSWORD
\getenv internal_password INTERNAL_PASSWORD

create role lead_owner login password :'owner_password';
create role lead_public nologin;
create role lead_internal nologin;
create role public_server login password :'public_password' in role lead_public;
create role internal_server login password :'internal_password' in role lead_internal;

alter database lead_intake owner to lead_owner;
revoke all on database lead_intake from public;
grant connect on database lead_intake to lead_public, lead_internal;

-- A server's pool has ten connections: room for two of each, while one replaces the other.
-- A group's limits would not reach its members.
alter role public_server connection limit 25;
alter role public_server set statement_timeout = '5s';
alter role public_server set idle_in_transaction_session_timeout = '5s';
alter role internal_server connection limit 25;
alter role internal_server set statement_timeout = '60s';
alter role internal_server set idle_in_transaction_session_timeout = '60s';

-- Everybody could otherwise fill the disk: with large objects here, with tables in the other database.
revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea) from public;
revoke connect on database postgres from public;
