import type { Knex } from 'knex';
import { readPrivileges, type HeldPrivilege } from './read';

/** What a server's login may do: the privileges on each table, on all of it or on named columns. */
export interface AllowedPrivileges {
  /** The group role that has these privileges. */
  group: 'lead_public' | 'lead_internal';
  tables: Record<string, Record<string, readonly string[] | 'whole'>>;
  /** With the types of their arguments, as Postgres prints them. */
  functions?: readonly string[];
}

/** The login may do more than the server needs, or less. Each problem names the statement that solves it. */
export class PrivilegesError extends Error {
  constructor(readonly problems: string[]) {
    super(
      "This server's database login has the wrong privileges:\n" +
        problems.map((line) => `  ${line}`).join('\n'),
    );
    this.name = 'PrivilegesError';
  }
}

/**
 * Throws a PrivilegesError when the login may do more than `allowed`, or less. More is refused because
 * whoever takes over this server gets all that its login may do.
 */
export async function checkPrivileges(
  db: Pick<Knex, 'raw'>,
  allowed: AllowedPrivileges,
): Promise<void> {
  const { rows } = await db.raw<{ rows: { login: string; is_migrated: boolean }[] }>(
    `select quote_ident(current_user) as login, to_regclass('public.audit_events') is not null
       and to_regclass('public.outbox') is not null as is_migrated`,
  );
  const [{ login, is_migrated: isMigrated } = { login: '', is_migrated: false }] = rows;
  if (!isMigrated)
    throw new PrivilegesError(['The database has no tables yet: run npm run migrate']);

  const held = await readPrivileges(db);
  const superuser = held.filter(({ privilege }) => privilege === 'SUPERUSER');
  if (superuser.length > 0) throw new PrivilegesError(superuser.map(describeExcess));

  const { group } = allowed;
  const expected = flatten(allowed);
  const isAllowed = (privilege: HeldPrivilege) =>
    privilege.kind === 'membership'
      ? privilege.object === group && privilege.grantee === login
      : ['table', 'function'].includes(privilege.kind) && expected.has(keyOf(privilege));
  const excess = held.filter((privilege) => !isAllowed(privilege));
  const present = new Set(held.map(keyOf));
  const missing = [...expected].filter((key) => !present.has(key));
  const problems = [
    ...withoutConsequences(excess, [login, group, 'public']).map(describeExcess),
    ...(missing.length > 0 ? [describeMissing(missing, login, group)] : []),
  ];
  if (problems.length > 0) throw new PrivilegesError(problems);
}

/** Leaves out what an owner, or a member of another role, may do only because of that. */
function withoutConsequences(excess: HeldPrivilege[], grantees: string[]): HeldPrivilege[] {
  const owners = new Set(excess.filter(({ kind }) => kind === 'ownership').map((r) => r.grantee));
  return excess.filter(
    ({ kind, grantee }) =>
      !['database', 'schema', 'table', 'function'].includes(kind) ||
      (grantees.includes(grantee) && !owners.has(grantee)),
  );
}

function flatten({ tables, functions = [] }: AllowedPrivileges): Set<string> {
  const keys = Object.entries(tables).flatMap(([object, privileges]) =>
    Object.entries(privileges).flatMap(([privilege, columns]) =>
      columns === 'whole'
        ? [keyOf({ object, privilege, column: null })]
        : columns.map((column) => keyOf({ object, privilege, column })),
    ),
  );
  return new Set([...keys, ...functions.map((name) => `EXECUTE on ${name}`)]);
}

function keyOf({ object, privilege, column }: Omit<HeldPrivilege, 'kind' | 'grantee'>): string {
  return `${privilege} on ${object}${column === null ? '' : `.${column}`}`;
}

/** Names the excess and the statement that removes it. */
function describeExcess({ kind, privilege, object, column, grantee }: HeldPrivilege): string {
  switch (kind) {
    case 'attribute':
      return `${object} is ${privilege}: ALTER ROLE ${object} NO${privilege};`;
    case 'membership':
      return `${grantee} is a member of ${object}: REVOKE ${object} FROM ${grantee};`;
    case 'ownership':
      return `${grantee} owns ${object}: ALTER ${object} OWNER TO the owner of the migrations;`;
    default: {
      const who = grantee === 'public' ? 'everybody' : grantee;
      const what = column === null ? privilege : `${privilege} (${column})`;
      const where = `ON ${kind.toUpperCase()} ${object}`;
      return `${who} may ${what} ${where}: REVOKE ${what} ${where} FROM ${grantee};`;
    }
  }
}

function describeMissing(missing: string[], login: string, group: string): string {
  const [first = '', ...others] = missing;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${login} lacks ${first}${more}: GRANT ${group} TO ${login}; or run npm run migrate`;
}
