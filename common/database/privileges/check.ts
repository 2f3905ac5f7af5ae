import type { Knex } from 'knex';
import {
  describeExcess,
  describeMissing,
  readMissingMembership,
  type NeededPrivilege,
  type PrivilegeProblem,
} from './problems';
import { readObjects, readPrivileges, type HeldPrivilege } from './read';

/** What a server's login may do: the privileges on each table, on all of it or on named columns. */
export interface AllowedPrivileges {
  /** The group role that has these privileges. */
  group: 'lead_public' | 'lead_internal';
  tables: Record<string, Record<string, readonly string[] | 'whole'>>;
  /** With the types of their arguments, as Postgres prints them. */
  functions?: readonly string[];
  /** Of Postgres's own roles, those that the group may be a member of. */
  memberships?: readonly string[];
}

/** The login may do more than the server needs, or less. */
export class PrivilegesError extends Error {
  constructor(readonly problems: PrivilegeProblem[]) {
    const lines = problems.map(({ words, statement }) =>
      statement === undefined ? `  ${words}` : `  ${words}:\n    ${statement}`,
    );
    super(`This server's database login has the wrong privileges:\n${lines.join('\n')}`);
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
  const objects = await readObjects(db);
  if (!objects.has('table public.audit_events') || !objects.has('table public.outbox'))
    throw new PrivilegesError([{ words: 'The database has no tables yet: run npm run migrate' }]);

  const { group } = allowed;
  const held = await readPrivileges(db, group);
  const needed = new Map(flatten(allowed).map((each) => [keyOf(each), each]));
  const excess = held.filter((each) =>
    each.kind === 'membership'
      ? each.grantee === group
        ? !allowed.memberships?.includes(each.object)
        : each.object !== group
      : each.kind !== 'grant' || !needed.has(keyOf(each)),
  );
  const wrongLogin = excess.find(
    ({ privilege, grantee, object, remedy }) =>
      (privilege === 'SUPERUSER' && grantee !== group) ||
      (remedy === null && object === 'table public.leads'),
  );
  if (wrongLogin) throw new PrivilegesError([describeExcess(wrongLogin)]);

  // A REVOKE on a whole table takes its columns, too.
  const revoked = new Set(excess.filter(({ column }) => column === null).map(scopeOf));
  const left = held.filter((each) => each.column === null || !revoked.has(scopeOf(each)));
  for (const each of left) needed.delete(keyOf(each));
  const problems = [
    ...excess.map(describeExcess),
    ...(await readMissingMembership(db, group)),
    ...describeMissing([...needed.values()], group, objects),
  ];
  if (problems.length > 0) throw new PrivilegesError(problems);
}

function flatten({ tables, functions = [] }: AllowedPrivileges): NeededPrivilege[] {
  const onTables = Object.entries(tables).flatMap(([table, privileges]) =>
    Object.entries(privileges).flatMap(([privilege, columns]) =>
      (columns === 'whole' ? [null] : columns).map((column) => ({
        privilege,
        object: `table public.${table}`,
        column,
      })),
    ),
  );
  const onFunctions = functions.map((name) => `function public.${name}`);
  return [
    { privilege: 'USAGE', object: 'schema public', column: null },
    ...onTables,
    ...onFunctions.map((object) => ({ privilege: 'EXECUTE', object, column: null })),
  ];
}

function keyOf({ object, privilege, column }: NeededPrivilege): string {
  return `${privilege} on ${object}${column === null ? '' : `.${column}`}`;
}

function scopeOf({ object, privilege, grantee }: HeldPrivilege): string {
  return `${privilege} on ${object} of ${grantee}`;
}
