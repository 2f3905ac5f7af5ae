import { isIPv6 } from 'node:net';
import { isOtherHost } from '../encryption';
import { ConnectionStringError, readTls } from './tls';

const example = 'postgres://user:password@host:5432/database';

/** The values that each parameter may have, or `any`. Those of a list say what is true here anyway. */
const parameters: Record<string, readonly string[] | 'any'> = {
  ...{ host: 'any', port: 'any', user: 'any', password: 'any', dbname: 'any' },
  ...{ sslmode: 'any', sslrootcert: 'any', sslcert: 'any', sslkey: 'any', application_name: 'any' },
  ssl: ['true'],
  sslnegotiation: ['postgres'],
  channel_binding: ['disable', 'prefer', 'require'],
  target_session_attrs: ['any', 'read-write', 'primary'],
  gssencmode: ['disable', 'prefer'],
};

/**
 * Reads a connection URL as libpq does, into what a `pg.Client` takes. Every part is set or refused:
 * nothing is left to defaults of pg or knex, or to `PGHOST`. Throws a ConnectionStringError, whose
 * message follows the name of the variable and repeats no secret.
 */
export function readConnectionString(text: string) {
  const url = text.trim();
  check(!/^\w+\s*=/.test(url), `must be a URL, as in ${example}, and not a list of key=value`);
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/is.exec(url) ?? [];
  check(rest, 'must be a URL that starts with postgres:// or postgresql://');
  const problem = encodingProblem(url);
  check(!problem, problem ?? '');
  const [, user, password, address = '', dbname, query = ''] =
    /^(?:([^:@/?]*):?([^@/?]*)@)?([^/?]*)\/?([^?]*)\??(.*)$/s.exec(rest) ?? [];
  const [, host, port] = /^(\[.*\]|[^:]*)(?::(.*))?$/s.exec(address) ?? [];
  const named = { ...decoded({ user, password, host, port, dbname }), ...readQuery(query) };

  const server = readHost(named.host, named.port);
  check(named.user, `must name a user, as in ${example}`);
  check(named.dbname, `must name a database, as in ${example}`);
  check(!dbname?.includes('/'), 'must write a / in the name of its database as %2F');
  const ssl = server.host.startsWith('/') ? false : readTls(named);
  const bindsChannel = named.channel_binding === 'require';
  check(ssl || !bindsChannel, 'must have sslmode=verify-full with channel_binding=require');
  return {
    ...server,
    user: named.user,
    password: named.password,
    database: named.dbname,
    ssl,
    enableChannelBinding: bindsChannel,
    application_name: named.application_name,
  };
}

/** What to warn of when Postgres is on another host and is not spoken to by TLS. */
export function databaseWarning(url: string, variable = 'DATABASE_URL'): string | undefined {
  const { host, ssl } = readConnectionString(url);
  if (ssl || !isOtherHost(host)) return undefined; // TLS is always verified
  return (
    `${variable} names another host without TLS: others on the network can pose as it, read the ` +
    'leads and take the password. Write sslmode=verify-full in its query'
  );
}

const readAgainMs = 1000;

/** For knex: new connections notice when a file that the string names is replaced. */
export function readForPool(url: string) {
  const config = readConnectionString(url);
  const inUse = JSON.stringify(config.ssl);
  let readAt = Date.now();
  const expirationChecker = () => {
    if (config.ssl === false || Date.now() < readAt + readAgainMs) return false;
    readAt = Date.now();
    try {
      return JSON.stringify(readConnectionString(url).ssl) !== inUse;
    } catch {
      return false; // a file that is being replaced
    }
  };
  return { ...config, expirationChecker };
}

/** What is wrong with the characters of a URL that holds a password, for any scheme. */
export function encodingProblem(url: string): string | undefined {
  const [, authority = '', after = ''] = /^[^/]*\/\/([^/?#]*)(.*)$/s.exec(url.trim()) ?? [];
  const credentials = authority.slice(0, Math.max(authority.lastIndexOf('@'), 0));
  try {
    const isRaw =
      /[@[\]]/.test(credentials) || after.includes('@') || /[#\s\p{Cc}]/u.test(url.trim());
    if (!isRaw && !decodeURIComponent(url).includes('\0')) return undefined;
  } catch {
    // a % that begins no character
  }
  return (
    'must percent-encode some characters of its user or password: ' +
    '% as %25, # as %23, / as %2F, ? as %3F, @ as %40, [ as %5B, ] as %5D, a space as %20'
  );
}

type Named = Partial<Record<string, string>>;

/** Leaves out what is empty. */
function decoded(values: Named): Named {
  const given = Object.entries(values).filter(([, value]) => value);
  return Object.fromEntries(given.map(([name, value = '']) => [name, decodeURIComponent(value)]));
}

function readQuery(query: string): Named {
  const found: Named = {};
  for (const part of query.split('&').filter(Boolean)) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(part) ?? [];
    check(name !== 'pgbouncer', pooled);
    const allowed = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const shown = found.password ? 'a parameter' : `the parameter ${name}`; // not a part of that
    check(
      allowed,
      `must not have ${shown} that has no meaning here, and must write & in a value as %26`,
    );
    check(!(name in found), `must have the parameter ${name} once only`);
    const values = allowed === 'any' ? undefined : allowed;
    check(!values || values.includes(value), `allows ${name} only as ${values?.join(', ')}`);
    found[name] = value;
  }
  return decoded(found);
}

const pooled =
  'must not have the parameter pgbouncer: a pooler of transactions loses locks and settings of the ' +
  'session. Use the direct connection, or a pooler of sessions';

function readHost(host = '', port = '5432') {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  check(!(host + port).includes(','), 'must name one host: several are not supported');
  check(
    /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536,
    'must have a port from 1 to 65535, and brackets around an IPv6 address, as in [::1]:5432',
  );
  check(host, 'must name a host, or the folder of a Unix socket as in ?host=/var/run/postgresql');
  const isSocket = host.startsWith('/');
  check(!/\/\.s\.PGSQL\.\d+$/.test(host), 'must name the folder of the socket, not the socket');
  check(isSocket || isIPv6(name) || !/[\s/\\:@[\]%]/.test(host), 'must name a valid host');
  return { host: isSocket ? host : name, port: Number(port) };
}

function check(fact: unknown, message: string): asserts fact {
  if (!fact) throw new ConnectionStringError(message);
}
