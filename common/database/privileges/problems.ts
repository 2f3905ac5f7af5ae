import type { Knex } from 'knex';
import type { HeldPrivilege } from './read';

/** What is wrong, in words, and the SQL by which a superuser corrects it, where there is any. */
export interface PrivilegeProblem {
  words: string;
  statement?: string;
}

/** A privilege that a server needs, named as in HeldPrivilege. */
export type NeededPrivilege = Pick<HeldPrivilege, 'privilege' | 'object' | 'column'>;

const wrongLogin = "set DATABASE_URL to a login of this server's own";

export function describeExcess({
  kind,
  privilege,
  object,
  column,
  grantee,
  remedy,
}: HeldPrivilege): PrivilegeProblem {
  if (remedy === null) {
    return kind === 'attribute'
      ? { words: `${grantee} is ${privilege} and has to stay it: ${wrongLogin}` }
      : { words: `${grantee} owns ${object}, as whoever runs the migrations does: ${wrongLogin}` };
  }
  const may = column === null ? privilege : `${privilege} (${column})`;
  const words = {
    attribute: `${grantee} is ${privilege}`,
    membership: `${grantee} is a member of ${object}`,
    ownership: `${grantee} owns ${object}`,
    grant: `${grantee === 'PUBLIC' ? 'everybody' : grantee} may ${may} on ${object}`,
  }[kind];
  return { words, statement: remedy };
}

/** Returns what would make the login a member of the group that inherits its privileges. */
export async function readMissingMembership(
  db: Pick<Knex, 'raw'>,
  group: string,
): Promise<PrivilegeProblem[]> {
  const { rows } = await db.raw<{ rows: Required<PrivilegeProblem>[] }>(
    `with login as (
      select oid, quote_ident(rolname) as name, rolinherit as inherits,
        current_setting('server_version_num')::int >= 160000 as has_options
      from pg_roles where rolname = current_user
    )
    select login.name || ' does not have the privileges of ' || wanted as words,
      concat(case when roles.oid is null then 'CREATE ROLE ' || wanted || ' NOLOGIN; ' end,
        'GRANT ', wanted, ' TO ', login.name,
        case when has_options and (not inherits or pg_has_role(roles.oid, 'MEMBER'))
          then ' WITH INHERIT TRUE' end, ';',
        case when not has_options and not inherits
          then ' ALTER ROLE ' || login.name || ' INHERIT;' end) as statement
    from login cross join (values (?)) as named (wanted) left join pg_roles as roles
      on rolname = wanted
    where not exists (select from pg_auth_members as found
      where roleid = roles.oid and member = login.oid
        and coalesce((to_jsonb(found) ->> 'inherit_option')::boolean, inherits))`,
    [group],
  );
  return rows;
}

/** What the group lacks: a problem for each object and privilege. */
export function describeMissing(
  missing: NeededPrivilege[],
  group: string,
  objects: Set<string>,
): PrivilegeProblem[] {
  const columns = new Map<string, string[]>();
  for (const { privilege, object, column } of missing) {
    const name = column === null ? object : `${object}.${column}`;
    if (!objects.has(name))
      return [{ words: `The database has no ${name} yet: run npm run migrate` }];
    const key = `${privilege}${column === null ? '' : ' ()'} on ${object}`;
    columns.set(key, [...(columns.get(key) ?? []), column ?? '']);
  }
  return [...columns].map(([key, names]) => {
    const what = key.replace('()', `(${names.join(', ')})`);
    const sql = what.replace(/ on \w+/, (on) => on.toUpperCase());
    return { words: `${group} needs ${what}`, statement: `GRANT ${sql} TO ${group};` };
  });
}
