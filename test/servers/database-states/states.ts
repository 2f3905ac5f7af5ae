import type { Tls } from './tls';

/** A database that can be brought into each state. */
interface Database {
  /** Runs each statement as the superuser. */
  sql: (...statements: string[]) => Promise<void>;
  tls?: Tls | undefined;
}

/** A way in which the database is away, and how it comes back. */
export interface State {
  name: string;
  begin: (database: Database) => Promise<void>;
  end: (database: Database) => Promise<void>;
}

const both = (change: string) => [
  `alter role public_server ${change}`,
  `alter role internal_server ${change}`,
];

/** Ends every session in the database. */
export const cutOff = (database: string) =>
  `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${database}'`;

export const setting = (name: string, value: string): string[] => [
  `alter system set ${name} = ${value}`,
  'select pg_reload_conf()',
];

const reset = (name: string): string[] => [`alter system reset ${name}`, 'select pg_reload_conf()'];

const state = (name: string, begin: string[], end: string[]): State => ({
  name,
  begin: ({ sql }) => sql(...begin),
  end: ({ sql }) => sql(...end),
});

const readOnly = 'default_transaction_read_only';

export const statesOf = (database: string): State[] => [
  // Reading, too: nothing is shown that the audit cannot record.
  state('is read-only', setting(readOnly, 'on'), reset(readOnly)),
  state(
    'has other passwords',
    [...both("password 'new'"), cutOff(database)],
    [
      "alter role public_server password 'public'",
      "alter role internal_server password 'internal'",
    ],
  ),
  state('refuses the logins', [...both('nologin'), cutOff(database)], both('login')),
  state(
    'lets no login connect',
    [`revoke connect on database ${database} from lead_public, lead_internal`, cutOff(database)],
    [`grant connect on database ${database} to lead_public, lead_internal`],
  ),
  state(
    'takes no connections',
    [`alter database ${database} allow_connections false`, cutOff(database)],
    [`alter database ${database} allow_connections true`],
  ),
  state(
    'was renamed',
    [
      `alter database ${database} allow_connections false`,
      cutOff(database),
      `alter database ${database} rename to another`,
    ],
    [
      `alter database another rename to ${database}`,
      `alter database ${database} allow_connections true`,
    ],
  ),
  state(
    'has no connection left',
    [...both('connection limit 0'), cutOff(database)],
    both('connection limit 25'),
  ),
];

/** For a database that its servers reach with TLS. */
export const tlsStatesOf = (database: string): State[] => [
  state('speaks no TLS', [...setting('ssl', 'off'), cutOff(database)], setting('ssl', 'on')),
  presents(database, 'a certificate that is over', 'over', -1),
  presents(database, 'a certificate of another authority', 'other'),
  {
    ...presents(database, 'a new authority until its certificate is put in place', 'new'),
    end: ({ tls }) => tls!.trust('new'),
  },
];

const presents = (database: string, what: string, authority: string, days?: number): State => ({
  name: `has ${what}`,
  async begin({ sql, tls }) {
    await tls!.present(authority, days);
    await sql(cutOff(database));
  },
  end: ({ tls }) => tls!.present('ours'),
});
