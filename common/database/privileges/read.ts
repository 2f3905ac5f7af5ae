import type { Knex } from 'knex';

/** Something that the login may do, through itself, its group or `PUBLIC`. */
export interface HeldPrivilege {
  kind: 'attribute' | 'membership' | 'ownership' | 'grant';
  /** `SELECT`, `INSERT` and so on as in SQL; an attribute's name; `member`; `owner`. */
  privilege: string;
  /** With its kind and schema, and quoted where SQL needs it: `table public.leads`. */
  object: string;
  column: string | null;
  grantee: string;
  /** The SQL by which a superuser takes it away; null where no SQL can. */
  remedy: string | null;
}

/**
 * Returns everything that the current login, or `group`, may do in this database, beyond what the
 * system catalogs and extensions grant to every login. A membership stands for all that it brings,
 * and an ownership for all that an owner may do; for a superuser the list would be endless.
 */
export async function readPrivileges(
  db: Pick<Knex, 'raw'>,
  group: string,
): Promise<HeldPrivilege[]> {
  const { rows } = await db.raw<{ rows: HeldPrivilege[] }>(privileges, [group]);
  return rows;
}

/** Returns the names of what privileges can be given on in the schema public, as in HeldPrivilege. */
export async function readObjects(db: Pick<Knex, 'raw'>): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(objects);
  return new Set(rows.map(({ name }) => name));
}

// A dropped column keeps its privileges on some versions. A sequence of a column has its table's
// owner. A privilege of PUBLIC is none in a schema that the login may not use, and outside of the
// schema public a function harms nobody unless it runs with its owner's privileges. What somebody
// passed on comes before what CASCADE takes away with it.
const privileges = `
with who as (
  select oid, quote_ident(rolname) as name, rolsuper, rolcreaterole, rolcreatedb, rolreplication,
    rolbypassrls
  from pg_roles where rolname in (current_user, ?)
),
ours as (
  select oid, nspname, nspowner, nspacl,
    exists (select from who where has_schema_privilege(who.oid, n.oid, 'USAGE')) as is_usable
  from pg_namespace n where nspname <> 'information_schema' and nspname !~ '^pg_'
),
found (class, id, owner, "column", acl, is_open, is_owned) as (
  select 'pg_database'::regclass, oid, datdba, null,
    case when datname = current_database() then coalesce(datacl, acldefault('d', datdba)) end,
    true, true
  from pg_database
  union all
  select 'pg_namespace'::regclass, oid, nspowner, null,
    coalesce(nspacl, acldefault('n', nspowner)), true, true
  from ours
  union all
  select 'pg_class'::regclass, c.oid, relowner, null,
    coalesce(relacl, acldefault((case relkind when 'S' then 's' else 'r' end)::"char", relowner)),
    is_usable, relkind <> 'S' or c.oid not in (select objid from pg_depend
      where classid = 'pg_class'::regclass and deptype in ('a', 'i'))
  from pg_class c join ours on ours.oid = relnamespace
  where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 'pg_class'::regclass, c.oid, relowner, quote_ident(attname), attacl, is_usable, false
  from pg_class c join ours on ours.oid = relnamespace join pg_attribute on attrelid = c.oid
  where attacl is not null and not attisdropped
  union all
  select 'pg_proc'::regclass, p.oid, proowner, null, coalesce(proacl, acldefault('f', proowner)),
    is_usable and (nspname = 'public' or prosecdef), true
  from pg_proc p join ours on ours.oid = pronamespace
),
granted as (
  select found.*, privilege_type as privilege, coalesce(who.name, 'PUBLIC') as grantee,
    case when grantor <> owner then grantor::regrole end as grantor, is_grantable,
    (class, id) in (select classid, objid from pg_depend where deptype = 'e') as is_of_extension
  from found, aclexplode(acl) acl left join who on who.oid = acl.grantee
  where acl.grantee <> owner and (who.oid is not null or acl.grantee = 0 and is_open)
),
named as (
  select class, id, type || ' ' || title as object, upper(case type when 'aggregate' then 'function'
    else type end) || ' ' || title as of_owner,
    upper(case when type in ('view', 'materialized view', 'foreign table') then 'table'
      when type = 'aggregate' then 'function' else type end) || ' ' || title as of_grant
  from (select class, id from granted
    union select class, id from found where owner in (select oid from who)) as each,
    pg_identify_object(class, id, 0), replace(identity, 'pg_catalog.', '') as title
),
-- Whoever runs the migrations, unless the login itself does.
owner as (
  select quote_ident(rolname) as name from pg_class join pg_roles on pg_roles.oid = relowner
  where relnamespace = (select oid from ours where nspname = 'public')
    and relname in ('leads', 'outbox', 'accounts', 'audit_events', 'knex_migrations')
    and relowner not in (select oid from who)
  group by rolname order by count(*) desc limit 1
)
select 'attribute' as kind, attribute as privilege, '' as object, null as "column", name as grantee,
  case when attribute <> 'SUPERUSER' or oid <> 10 -- the one of initdb has to stay one
    then format('ALTER ROLE %s NO%s;', name, attribute) end as remedy, 0 as rank
from who, unnest(array[
  case when rolsuper then 'SUPERUSER' end, case when rolcreaterole then 'CREATEROLE' end,
  case when rolcreatedb then 'CREATEDB' end, case when rolreplication then 'REPLICATION' end,
  case when rolbypassrls then 'BYPASSRLS' end]) attribute
where attribute is not null
union all
select 'membership', 'member', roleid::regrole::text, null, name,
  format('REVOKE %s FROM %s%s%s;', roleid::regrole, name, case when grantor <> 10
    and current_setting('server_version_num')::int >= 160000 then ' GRANTED BY ' || grantor::regrole
    end, case when admin_option then ' CASCADE' end), 0
from pg_auth_members join who on who.oid = member
union all
select 'ownership', 'owner', object, null, who.name,
  'ALTER ' || of_owner || ' OWNER TO ' || (select name from owner) || ';', 0
from found join named using (class, id) join who on who.oid = owner where is_owned
union all
select 'grant', privilege, object, "column", grantee,
  coalesce('SET ROLE ' || grantor || '; ', '')
    || format('REVOKE %s ON %s FROM %s%s;', privilege || coalesce(' (' || "column" || ')', ''), of_grant,
      grantee, case when is_grantable then ' CASCADE' end)
    || case when grantor is null then '' else ' RESET ROLE;' end,
  case when grantee = 'PUBLIC' then 1 when grantor is null then 3 else 2 end
from granted join named using (class, id)
where (class, privilege) <> ('pg_database'::regclass, 'CONNECT')
  and (object = 'schema public' or (class, privilege) <> ('pg_namespace'::regclass, 'USAGE'))
  and not (is_of_extension and (class = 'pg_proc'::regclass
    or (grantee, privilege) = ('PUBLIC', 'SELECT')))
order by kind, rank, object, "column", privilege, grantee`;

const objects = `
with tables as (
  select oid, 'table public.' || quote_ident(relname) as name from pg_class
  where relnamespace = (select oid from pg_namespace where nspname = 'public')
    and relkind in ('r', 'p')
)
select 'schema public' as name
union all select name from tables
union all select name || '.' || quote_ident(attname)
from tables join pg_attribute on attrelid = tables.oid where attnum > 0 and not attisdropped
union all select 'function ' || replace(identity, 'pg_catalog.', '') from pg_proc,
  pg_identify_object('pg_proc'::regclass, pg_proc.oid, 0)
where pronamespace = (select oid from pg_namespace where nspname = 'public')`;
