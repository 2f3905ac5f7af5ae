import { publicPrivileges } from '../../../../public-server/privileges';

const publicColumns = publicPrivileges.tables.leads!.INSERT as readonly string[];
const restored = `GRANT INSERT (${publicColumns.join(', ')}) ON TABLE public.leads TO lead_public;`;

/** What is done to the login `"my-Role"` or the database, and the statements that undo it. */
export const excesses: [done: string, ...statements: string[]][] = [
  [
    'grant select (email) on leads to "my-Role"',
    'REVOKE SELECT (email) ON TABLE public.leads FROM "my-Role";',
  ],
  [
    'grant insert on leads to lead_public',
    'REVOKE INSERT ON TABLE public.leads FROM lead_public;',
    restored,
  ],
  ['grant insert on leads to "my-Role"', 'REVOKE INSERT ON TABLE public.leads FROM "my-Role";'],
  [
    'grant insert (created_at) on leads to public',
    'REVOKE INSERT (created_at) ON TABLE public.leads FROM PUBLIC;',
  ],
  ['grant select on outbox to public', 'REVOKE SELECT ON TABLE public.outbox FROM PUBLIC;'],
  ['grant truncate on notes to "my-Role"', 'REVOKE TRUNCATE ON TABLE public.notes FROM "my-Role";'],
  [
    'grant select, update on notes to "my-Role" with grant option; set role "my-Role"; grant select on notes to public; reset role',
    'SET ROLE "my-Role"; REVOKE SELECT ON TABLE public.notes FROM PUBLIC; RESET ROLE;',
    'REVOKE SELECT ON TABLE public.notes FROM "my-Role" CASCADE;',
    'REVOKE UPDATE ON TABLE public.notes FROM "my-Role" CASCADE;',
  ],
  [
    'create table "odd Table" ("odd Col" int); grant update ("odd Col") on "odd Table" to "my-Role"',
    'REVOKE UPDATE ("odd Col") ON TABLE public."odd Table" FROM "my-Role";',
  ],
  [
    'create view seen as select 1; grant select on seen to "my-Role"',
    'REVOKE SELECT ON TABLE public.seen FROM "my-Role";',
  ],
  [
    'create materialized view kept as select 1; grant select on kept to "my-Role"',
    'REVOKE SELECT ON TABLE public.kept FROM "my-Role";',
  ],
  [
    'create sequence counted; grant usage on sequence counted to "my-Role"',
    'REVOKE USAGE ON SEQUENCE public.counted FROM "my-Role";',
  ],
  [
    'create function made(leads) returns int language sql as $$ select 1 $$',
    'REVOKE EXECUTE ON FUNCTION public.made(public.leads) FROM PUBLIC;',
  ],
  [
    'create procedure done(int) language sql as $$ select 1 $$',
    'REVOKE EXECUTE ON PROCEDURE public.done(integer) FROM PUBLIC;',
  ],
  [
    'create aggregate summed(int) (sfunc = int4pl, stype = int)',
    'REVOKE EXECUTE ON FUNCTION public.summed(integer) FROM PUBLIC;',
  ],
  ['grant create on schema public to "my-Role"', 'REVOKE CREATE ON SCHEMA public FROM "my-Role";'],
  [
    `grant temporary on database lead_intake to public`,
    `REVOKE TEMPORARY ON DATABASE lead_intake FROM PUBLIC;`,
  ],
  [
    `grant create on database lead_intake to lead_public`,
    `REVOKE CREATE ON DATABASE lead_intake FROM lead_public;`,
  ],
  ['grant lead_internal to "my-Role"', 'REVOKE lead_internal FROM "my-Role";'],
  ['grant pg_read_all_data to lead_public', 'REVOKE pg_read_all_data FROM lead_public;'],
  ['grant lead_owner to "my-Role"', 'REVOKE lead_owner FROM "my-Role";'],
  ['grant postgres to "my-Role"', 'REVOKE postgres FROM "my-Role";'],
  [
    'create role "a boss" superuser; grant "a boss" to lead_public',
    'REVOKE "a boss" FROM lead_public;',
  ],
  [
    'grant lead_internal to "my-Role" with admin option; create role "a boss"; set role "my-Role"; grant lead_internal to "a boss"; reset role',
    'REVOKE lead_internal FROM "my-Role" CASCADE;',
  ],
  ['alter role "my-Role" superuser', 'ALTER ROLE "my-Role" NOSUPERUSER;'],
  ...['createdb', 'createrole', 'replication', 'bypassrls'].map((attribute): [string, string] => [
    `alter role "my-Role" ${attribute}`,
    `ALTER ROLE "my-Role" NO${attribute.toUpperCase()};`,
  ]),
  ['alter role lead_public createrole', 'ALTER ROLE lead_public NOCREATEROLE;'],
  [
    'create schema "odd Schema" authorization "my-Role"',
    'ALTER SCHEMA "odd Schema" OWNER TO lead_owner;',
  ],
  [
    'create table mine (id serial); alter table mine owner to "my-Role"; grant select on outbox to "my-Role"',
    'REVOKE SELECT ON TABLE public.outbox FROM "my-Role";',
    'ALTER TABLE public.mine OWNER TO lead_owner;',
  ],
  ['alter table leads owner to "my-Role"', 'ALTER TABLE public.leads OWNER TO lead_owner;'],
  [
    'create table mine (id int) partition by list (id); alter table mine owner to "my-Role"',
    'ALTER TABLE public.mine OWNER TO lead_owner;',
  ],
  [
    'create view seen as select 1; alter view seen owner to "my-Role"',
    'ALTER VIEW public.seen OWNER TO lead_owner;',
  ],
  [
    'create materialized view kept as select 1; alter materialized view kept owner to "my-Role"',
    'ALTER MATERIALIZED VIEW public.kept OWNER TO lead_owner;',
  ],
  [
    'create foreign data wrapper far; create server far foreign data wrapper far; create foreign table away (id int) server far; alter foreign table away owner to "my-Role"; grant select on leads to "my-Role"',
    'REVOKE SELECT ON TABLE public.leads FROM "my-Role";',
    'ALTER FOREIGN TABLE public.away OWNER TO lead_owner;',
  ],
  [
    'create foreign data wrapper far; create server far foreign data wrapper far; create foreign table away (id int) server far; grant select on away to "my-Role"',
    'REVOKE SELECT ON TABLE public.away FROM "my-Role";',
  ],
  [
    'create sequence counted; alter sequence counted owner to "my-Role"',
    'ALTER SEQUENCE public.counted OWNER TO lead_owner;',
  ],
  [
    'create function made() returns int language sql as $$ select 1 $$; revoke all on function made from public; alter function made owner to "my-Role"',
    'ALTER FUNCTION public.made() OWNER TO lead_owner;',
  ],
  [
    'create procedure done() language sql as $$ select 1 $$; revoke all on procedure done from public; alter procedure done owner to "my-Role"',
    'ALTER PROCEDURE public.done() OWNER TO lead_owner;',
  ],
  [
    'create aggregate counted(*) (sfunc = int8inc, stype = bigint, initcond = 0); revoke all on function counted from public; alter aggregate counted(*) owner to "my-Role"',
    'ALTER FUNCTION public.counted() OWNER TO lead_owner;',
  ],
  [`alter database "odd-db" owner to "my-Role"`, 'ALTER DATABASE "odd-db" OWNER TO lead_owner;'],
  [
    'create schema theirs; grant usage on schema theirs to public; create function theirs.made() returns int language sql security definer as $$ select 1 $$',
    'REVOKE EXECUTE ON FUNCTION theirs.made() FROM PUBLIC;',
  ],
];
