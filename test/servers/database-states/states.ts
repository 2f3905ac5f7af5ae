import type { System } from './system';

/** A way in which the database is away, and how it comes back. */
export interface State {
  name: string;
  /** Whether what only reads goes on. */
  isReadable?: boolean;
  begin(system: System): Promise<void>;
  end(system: System): Promise<void>;
}

const both = (change: string) => [
  `alter role public_server ${change}`,
  `alter role internal_server ${change}`,
];

/** Ends every session of the two servers. */
export const cutOff = `select pg_terminate_backend(pid, 5000) from pg_stat_activity
  where usename in ('public_server', 'internal_server')`;

export const setting = (name: string, value: string): string[] => [
  `alter system set ${name} = ${value}`,
  'select pg_reload_conf()',
];

export const reset = (name: string): string[] => [
  `alter system reset ${name}`,
  'select pg_reload_conf()',
];

export const state = (name: string, begin: string[], end: string[]): State => ({
  name,
  begin: ({ sql }) => sql(...begin),
  end: ({ sql }) => sql(...end),
});

export const states: State[] = [
  {
    isReadable: true,
    ...state(
      'is read-only',
      setting('default_transaction_read_only', 'on'),
      reset('default_transaction_read_only'),
    ),
  },
  state(
    'has other passwords',
    [...both("password 'new'"), cutOff],
    [
      "alter role public_server password 'public'",
      "alter role internal_server password 'internal'",
    ],
  ),
  state('refuses the logins', [...both('nologin'), cutOff], both('login')),
  state(
    'lets no login connect',
    ['revoke connect on database lead_template from lead_public, lead_internal', cutOff],
    ['grant connect on database lead_template to lead_public, lead_internal'],
  ),
  state(
    'takes no connections',
    ['alter database lead_template allow_connections false', cutOff],
    ['alter database lead_template allow_connections true'],
  ),
  state(
    'was renamed',
    [
      'alter database lead_template allow_connections false',
      cutOff,
      'alter database lead_template rename to another',
    ],
    [
      'alter database another rename to lead_template',
      'alter database lead_template allow_connections true',
    ],
  ),
  state(
    'has no connection left',
    [...both('connection limit 0'), cutOff],
    both('connection limit 25'),
  ),
];
