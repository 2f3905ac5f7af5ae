import type { Knex } from 'knex';
import {
  describeExcess,
  grantsOf,
  readMissingGrants,
  readMissingMembership,
  type NeededPrivilege,
  type PrivilegeProblem,
} from './problems';
import { readPrivileges, type HeldPrivilege } from './read';

/** What a server's login may do: the privileges on each table, on all of it or on named columns. */
export interface AllowedPrivileges {
  /** The group role that has these privileges. */
  group: 'lead_public' | 'lead_internal';
  tables: Record<string, Record<string, readonly string[] | 'whole'>>;
  /** With the types of their arguments, as Postgres prints them. */
  functions?: readonly string[];
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
  const { rows } = await db.raw<{ rows: { login: string; tables: string }[] }>(
    `select quote_ident(current_user) as login, (select count(*) from pg_class
       where relnamespace = (select oid from pg_namespace where nspname = 'public')
         and relname in ('audit_events', 'outbox')) as tables`,
  );
  const [{ login, tables } = { login: '', tables: '0' }] = rows;
  if (tables !== '2')
    throw new PrivilegesError([{ words: 'The database has no tables yet: run npm run migrate' }]);

  const { group } = allowed;
  const held = await readPrivileges(db, group);
  const needed = flatten(allowed);
  const excess = held.filter((each) => !isNeeded(each, needed, group, login));
  const wrongLogin = excess.find(
    ({ privilege, grantee, remedy, object }) =>
      (privilege === 'SUPERUSER' && grantee === login) ||
      (remedy === null && object === 'table public.leads'),
  );
  if (wrongLogin) throw new PrivilegesError([describeExcess(wrongLogin)]);

  const holders = holdersOf(held);
  const problems = [
    ...excess.map((each) => describeExcess(each, restoration(each, needed, holders, group))),
    ...(await readMissingMembership(db, group)),
    ...(await readMissingGrants(
      db,
      group,
      needed.filter((each) => !holders.has(keyOf(each))),
    )),
  ];
  if (problems.length > 0) throw new PrivilegesError(problems);
}

function isNeeded(held: HeldPrivilege, needed: NeededPrivilege[], group: string, login: string) {
  if (held.kind === 'membership') return held.object === group && held.grantee === login;
  return held.kind === 'grant' && needed.some((each) => keyOf(each) === keyOf(held));
}

/** Who has each privilege. */
function holdersOf(held: HeldPrivilege[]): Map<string, Set<string>> {
  const holders = new Map<string, Set<string>>();
  for (const each of held.filter(({ kind }) => kind === 'grant')) {
    holders.set(keyOf(each), (holders.get(keyOf(each)) ?? new Set()).add(each.grantee));
  }
  return holders;
}

/** A REVOKE on a whole table also takes its columns: the statements that give back the needed ones. */
function restoration(
  { kind, object, column, privilege, grantee }: HeldPrivilege,
  needed: NeededPrivilege[],
  holders: Map<string, Set<string>>,
  group: string,
): string {
  if (kind !== 'grant' || column !== null) return '';
  const lost = needed.filter((each) => {
    if (each.object !== object || each.privilege !== privilege) return false;
    const of = holders.get(keyOf(each));
    return of?.size === 1 && of.has(grantee);
  });
  return grantsOf(lost, group)
    .map(({ statement }) => ` ${statement}`)
    .join('');
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
