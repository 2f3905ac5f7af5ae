import type { Knex } from 'knex';

/** Something that the login may do, through itself, a group or `public`. */
export interface HeldPrivilege {
  kind: 'attribute' | 'membership' | 'ownership' | 'database' | 'schema' | 'table' | 'function';
  /** `SELECT`, `INSERT` and so on as in SQL; an attribute's name; `member`; `owner`. */
  privilege: string;
  /** Quoted where SQL needs it. A table is named with its schema unless that is `public`. */
  object: string;
  column: string | null;
  grantee: string;
}

/**
 * Returns everything that the current login may do in this database, also by SET ROLE, beyond what the
 * system catalogs grant to every login.
 */
export async function readPrivileges(db: Pick<Knex, 'raw'>): Promise<HeldPrivilege[]> {
  const { rows } = await db.raw<{ rows: HeldPrivilege[] }>(statement);
  return rows;
}

/** For a superuser, only that it is one: the list would be endless. */
const statement = `
with reachable as (
  select oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
  from pg_roles where pg_has_role(oid, 'MEMBER')
    and (rolname = current_user or not (select rolsuper from pg_roles where rolname = current_user))
),
ours as (
  select oid, nspname, nspowner, nspacl from pg_namespace
  where nspname <> 'information_schema' and nspname !~ '^pg_'
),
relations as (
  select c.oid, c.relacl, c.relowner, c.relkind,
    case when s.nspname = 'public' then '' else quote_ident(s.nspname) || '.' end
      || quote_ident(c.relname) as name
  from pg_class c join ours s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
),
granted (kind, privilege, object, "column", grantee) as (
  select 'database', acl.privilege_type, quote_ident(datname), null, acl.grantee
  from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) acl
  where datname = current_database() and acl.privilege_type <> 'CONNECT'
  union all
  select 'schema', acl.privilege_type, quote_ident(nspname), null, acl.grantee
  from ours, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) acl
  where acl.privilege_type <> 'USAGE'
  union all
  select 'table', acl.privilege_type, name, null, acl.grantee
  from relations, aclexplode(coalesce(relacl,
    acldefault((case relkind when 'S' then 's' else 'r' end)::"char", relowner))) acl
  union all
  select 'table', acl.privilege_type, name, attname, acl.grantee
  from relations join pg_attribute on attrelid = relations.oid, aclexplode(attacl) acl
  union all
  select 'function', acl.privilege_type, p.oid::regprocedure::text, null, acl.grantee
  from pg_proc p join ours on ours.oid = p.pronamespace,
    aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
  where not exists (select from pg_depend where objid = p.oid and deptype = 'e')
)
select 'attribute' as kind, attribute as privilege, quote_ident(rolname) as object,
  null as "column", rolname::text as grantee
from reachable, unnest(array[
  case when rolsuper then 'SUPERUSER' end, case when rolcreaterole then 'CREATEROLE' end,
  case when rolcreatedb then 'CREATEDB' end, case when rolreplication then 'REPLICATION' end,
  case when rolbypassrls then 'BYPASSRLS' end]) attribute
where attribute is not null
union all
select 'membership', 'member', quote_ident(r.rolname), null, m.rolname
from pg_auth_members join pg_roles r on r.oid = roleid join reachable m on m.oid = member
union all
select 'ownership', 'owner', object, null, rolname from reachable join (
  select nspowner as owner, 'schema ' || quote_ident(nspname) as object from ours
  union all select datdba, 'database ' || quote_ident(datname) from pg_database
  union all select relowner, 'table ' || name from relations
  union all select proowner, 'function ' || p.oid::regprocedure from pg_proc p
    join ours on ours.oid = pronamespace
) owned on owned.owner = reachable.oid
union all
select kind, privilege, object, "column", coalesce(rolname, 'public')
from granted left join reachable on reachable.oid = grantee
where grantee = 0 or reachable.oid is not null
order by 1, 3, 4, 2`;
