import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConnectionString, readForPool } from '../../../common/database/connection-string';
import { tlsNotice } from '../../../common/database/tls';
import { temporaryFolder } from '../../support/process/postgres';

const socket = {
  host: '/run/pg',
  port: 5432,
  user: 'u',
  password: 'p',
  database: 'db',
  ssl: false,
};
const tcp = { ...socket, host: 'h' };
const verified = { rejectUnauthorized: true };
const pem = '-----BEGIN CERTIFICATE-----\n';

describe('readConnectionString', () => {
  let folder: string;
  let ca: string;
  const misleading = { PGHOST: 'elsewhere', PGPORT: '1', PGUSER: 'x', PGDATABASE: 'x' };
  const kept = Object.keys(misleading).map((name) => [name, process.env[name]] as const);

  before(async () => {
    folder = await temporaryFolder();
    ca = path.join(folder, 'ca.pem');
    writeFileSync(ca, pem);
    writeFileSync(path.join(folder, 'key.pem'), '-----BEGIN PRIVATE KEY-----\n');
    Object.assign(process.env, misleading);
  });

  after(async () => {
    for (const [name, value] of kept) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await rm(folder, { recursive: true });
  });

  const given: [what: string, url: string, expected: object][] = [
    ['a host', 'postgres://u:p@h/db', tcp],
    ['a port, and the other scheme', 'postgresql://u:p@h:6543/db', { ...tcp, port: 6543 }],
    ['a scheme in capitals, and white space around', ' POSTGRES://u:p@h/db\n', tcp],
    ['an IPv6 address', 'postgres://u:p@[::1]:6543/db', { ...tcp, host: '::1', port: 6543 }],
    ['an IPv6 address with a zone', 'postgres://u:p@[fe80::1%25eth0]/db', { host: 'fe80::1%eth0' }],
    ['an IPv6 address as a parameter', 'postgres://u:p@/db?host=::1', { ...tcp, host: '::1' }],
    ['no password', 'postgres://u@h/db', { ...tcp, password: undefined }],
    [
      'encoded characters',
      'postgres://a%40b:%23%2F%3F%40%25%5B%20@h/d%2Fb',
      { ...tcp, user: 'a@b', password: '#/?@%[ ', database: 'd/b' },
    ],
    [
      'characters that need no encoding',
      'postgres://u:a:b+c=d&e!$*~;,é@h/db',
      { ...tcp, password: 'a:b+c=d&e!$*~;,é' },
    ],
    ['libpq’s socket', 'postgres://u:p@/db?host=/run/pg&port=5432', socket],
    ['a socket in the place of the host', 'postgres://u:p@%2Frun%2Fpg/db', socket],
    ['that with a port', 'postgres://u:p@%2Frun%2Fpg:6543/db', { ...socket, port: 6543 }],
    [
      'Cloud SQL’s socket',
      'postgresql://u:p@/db?host=/cloudsql/project:region:name',
      { ...socket, host: '/cloudsql/project:region:name' },
    ],
    [
      'an encoded socket',
      'postgresql://u:p@/db?host=%2Fcloudsql%2Fp%3Ar%3An',
      { ...socket, host: '/cloudsql/p:r:n' },
    ],
    [
      'a socket before the host that Prisma wants',
      'postgres://u:p@localhost/db?host=/run/pg',
      socket,
    ],
    ['all by parameters', 'postgres:///?host=/run/pg&user=u&password=p&dbname=db', socket],
    [
      'a socket and a user by parameters',
      'postgres:///db?host=/run/pg&user=u&password=p%2B+',
      { ...socket, password: 'p++' },
    ],
    ['a socket without TLS', 'postgres://u:p@/db?host=/run/pg&sslmode=require', socket],
    [
      'Neon’s',
      'postgresql://u:p@h/db?sslmode=require&channel_binding=require',
      { ...tcp, ssl: verified, enableChannelBinding: true },
    ],
    ['sslmode=disable', 'postgres://u:p@h/db?sslmode=disable&sslrootcert=/none', tcp],
    ...['allow', 'prefer', 'require', 'verify-ca', 'verify-full'].map(
      (mode): [string, string, object] => [
        `sslmode=${mode}`,
        `postgres://u:p@h/db?sslmode=${mode}`,
        { ...tcp, ssl: verified },
      ],
    ),
    ['ssl=true', 'postgres://u:p@h/db?ssl=true', { ...tcp, ssl: verified }],
    [
      'the authorities of Node',
      'postgres://u:p@h/db?sslrootcert=system',
      { ...tcp, ssl: verified },
    ],
    [
      'a file of authorities',
      'postgres://u:p@h/db?sslmode=require&sslrootcert=CA',
      { ...tcp, ssl: { ...verified, ca: pem } },
    ],
    [
      'a file of authorities alone',
      'postgres://u:p@h/db?sslrootcert=CA',
      { ...tcp, ssl: { ...verified, ca: pem } },
    ],
    [
      'a certificate of the client',
      'postgres://u:p@h/db?sslmode=require&sslcert=CA&sslkey=KEY',
      { ...tcp, ssl: { ...verified, cert: pem, key: '-----BEGIN PRIVATE KEY-----\n' } },
    ],
    [
      'what is so anyway',
      'postgres://u:p@h/db?target_session_attrs=read-write&gssencmode=disable&',
      tcp,
    ],
    [
      'a name for the session',
      'postgres://u:p@h/db?application_name=intake',
      { ...tcp, application_name: 'intake' },
    ],
  ];
  const withFiles = (url: string) =>
    url.replace('CA', ca).replace('KEY', path.join(folder, 'key.pem'));
  for (const [what, url, expected] of given) {
    it(`reads ${what}`, () => {
      expect(readConnectionString(withFiles(url))).to.deep.include(expected);
    });
  }

  const encoding =
    /must percent-encode .* % as %25, # as %23, \/ as %2F, \? as %3F, @ as %40, \[ as/;
  const refused: [what: string, url: string, expected: RegExp][] = [
    ...[
      'p#s',
      'p/s',
      'p?s',
      'p@s',
      'p%s',
      'p%4',
      'p%zz',
      'p%ff',
      'p%00',
      'p[s',
      'p]s',
      'p s',
      'p\ts',
      '1/2',
      '#',
      '[YOUR-PASSWORD]',
      's?host=/x',
    ].map((password): [string, string, RegExp] => [
      `the password ${JSON.stringify(password)}`,
      `postgres://u:${password}@host:5432/db`,
      encoding,
    ]),
    ['a raw character beside a socket', 'postgres://u:se/cret@/db?host=/run/pg', encoding],
    ['a raw character in a parameter', 'postgres:///db?host=/run/pg&user=u@h', encoding],
    [
      'a key=value list',
      'host=/run/pg user=u password=secret dbname=db',
      /must be a URL, as in postgres:\/\/.* not a list of key=value/,
    ],
    [
      'another scheme',
      'jdbc:postgresql://h/db?password=secret',
      /must be a URL that starts with postgres:\/\/ or/,
    ],
    ['a scheme without slashes', 'postgres:secret', /must be a URL that starts with/],
    ['nothing after the scheme', 'postgres://', /must be a URL that starts with/],
    ['a path', '/run/pg db', /must be a URL that starts with/],
    [
      'no host',
      'postgres://u:secret@/db',
      /must name a host, or the folder of a Unix socket as in \?host=/,
    ],
    ['no host and an empty parameter', 'postgres://u:secret@/db?host=', /must name a host/],
    ['only a database', 'postgres:///db', /must name a host/],
    ['a port without a host', 'postgres://u:secret@:5432/db', /must name a host/],
    ['no user', 'postgres://h/db', /must name a user/],
    ['a password without a user', 'postgres://:secret@h/db', /must name a user/],
    ['no database', 'postgres://u:secret@h', /must name a database/],
    [
      'no database after the slash',
      'postgres://u:secret@h:5432/?sslmode=require',
      /must name a database/,
    ],
    [
      'a raw slash in the database',
      'postgres://u:secret@h/db/more',
      /must write a \/ in the name of its database as %2F/,
    ],
    [
      'several hosts',
      'postgres://u:secret@a,b/db',
      /must name one host: several are not supported/,
    ],
    ['several hosts with ports', 'postgres://u:secret@a:5432,b:5433/db', /must name one host/],
    ['several IPv6 addresses', 'postgres://u:secret@[::1]:1,[::2]:1/db', /must name one host/],
    ['several hosts as a parameter', 'postgres://u:secret@/db?host=a,b', /must name one host/],
    ['several encoded hosts', 'postgres://u:secret@a%2Cb/db', /must name one host/],
    [
      'a host twice',
      'postgres://u:secret@/db?host=a&host=b',
      /must have the parameter host once only/,
    ],
    ['a name for a port', 'postgres://u:secret@h:port/db', /must have a port from 1 to 65535/],
    ['port 0', 'postgres://u:secret@h:0/db', /must have a port/],
    ['port 65536', 'postgres://u:secret@/db?host=h&port=65536', /must have a port/],
    ['IPv6 without brackets', 'postgres://u:secret@::1:5432/db', /brackets around an IPv6 address/],
    ['brackets around no address', 'postgres://u:secret@[h]/db', /must name a valid host/],
    ['a relative folder', 'postgres://u:secret@/db?host=run/pg', /must name a valid host/],
    [
      'the socket itself',
      'postgres://u:secret@/db?host=/run/pg/.s.PGSQL.5432',
      /must name the folder of the socket/,
    ],
    [
      'a pooler of transactions',
      'postgres://u:secret@h:6543/db?pgbouncer=true',
      /must not have the parameter pgbouncer: a pooler of transactions/,
    ],
    [
      'a standby',
      'postgres://u:secret@h/db?target_session_attrs=standby',
      /allows target_session_attrs only as any, read-write, primary/,
    ],
    [
      'bound channels without TLS',
      'postgres://u:secret@h/db?channel_binding=require',
      /must have sslmode=verify-full with channel_binding/,
    ],
    [
      'bound channels by a socket',
      'postgres://u:p@/db?host=/x&sslmode=require&channel_binding=require',
      /must have sslmode/,
    ],
    [
      'an unknown parameter',
      'postgres://u:secret@h/db?options=-c%20x',
      /must not have the parameter options that has no meaning here/,
    ],
    [
      'a raw & in a parameter',
      'postgres:///db?host=/x&user=u&password=a&secret',
      /must not have a parameter that .* & in a value as %26/,
    ],
    [
      'a parameter of Object',
      'postgres://u:secret@h/db?constructor=x',
      /must not have the parameter constructor/,
    ],
    [
      'libpq compatibility',
      'postgres://u:secret@h/db?uselibpqcompat=true&sslmode=require',
      /uselibpqcompat/,
    ],
    [
      'no-verify',
      'postgres://u:secret@h/db?sslmode=no-verify',
      /must have an sslmode of disable, .*a certificate is always verified/,
    ],
    ['an sslmode in capitals', 'postgres://u:secret@h/db?sslmode=REQUIRE', /must have an sslmode/],
    ['ssl=no-verify', 'postgres://u:secret@h/db?ssl=no-verify', /allows ssl only as true/],
    [
      'a missing file',
      'postgres://u:secret@h/db?sslrootcert=/none.pem',
      /names the file \/none.pem as sslrootcert, which cannot be read \(ENOENT\)/,
    ],
    ['a folder as a file', 'postgres://u:secret@h/db?sslrootcert=/', /cannot be read \(EISDIR\)/],
    [
      'a file of another kind',
      'postgres://u:secret@h/db?sslrootcert=KEY',
      /as sslrootcert, which holds no CERTIFICATE/,
    ],
    [
      'a certificate without its key',
      'postgres://u:secret@h/db?sslmode=require&sslcert=CA',
      /must have both sslcert and sslkey/,
    ],
  ];
  for (const [what, url, expected] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => readConnectionString(withFiles(url)))
        .to.throw(expected)
        .with.property('message')
        .that.does.not.match(/secret|p.s@|YOUR/);
    });
  }

  it('takes the mode of PGSSLMODE when the URL has none', () => {
    process.env.PGSSLMODE = 'require';
    expect(readConnectionString('postgres://u:p@h/db').ssl).to.deep.equal(verified);
    expect(readConnectionString('postgres://u:p@h/db?sslmode=disable').ssl).to.be.false;
    process.env.PGSSLMODE = 'no-verify';
    expect(() => readConnectionString('postgres://u:p@h/db')).to.throw('must have an sslmode');
    process.env.PGSSLMODE = '';
    expect(readConnectionString('postgres://u:p@h/db').ssl).to.be.false;
  });

  it('notices when the file of authorities is replaced', async () => {
    const file = path.join(folder, 'rotated.pem');
    writeFileSync(file, pem);
    const { ssl, expirationChecker } = readForPool(`postgres://u:p@h/db?sslrootcert=${file}`);
    await sleep(1050);
    expect(ssl).to.have.property('ca', pem);
    expect(expirationChecker()).to.be.false;
    writeFileSync(file, `${pem}new`);
    await sleep(1050);
    expect(expirationChecker()).to.be.true;
    await rm(file);
    await sleep(1050);
    expect(expirationChecker()).to.be.false; // goes on with what it has
  });

  it('says what sslmode means here', () => {
    expect(tlsNotice('postgres://h/db?a=b&sslmode=require')).to.include('sslmode=require means');
    expect(tlsNotice('postgres://h/db?sslmode=verify-full')).to.be.undefined;
    expect(tlsNotice('postgres://h/db')).to.be.undefined;
  });
});
