import { expect } from 'chai';
import { isOtherHost } from '../../common/encryption';
import { databaseWarning } from '../../common/database/connection-string';
import { smtpWarning } from '../../common/mail/smtp-server';
import { openSharedCounts, redisWarning } from '../../public-server/rate-limit/shared-counts';

const switches = ['NODE_TLS_REJECT_UNAUTHORIZED', 'PGSSLMODE'];

/** The variables stand before the URL, as in a shell. */
function withVariables<T>(text: string, work: (url: string) => T): T {
  const words = text.split(' ');
  const url = words.pop()!;
  for (const [name, value] of words.map((word) => word.split('='))) process.env[name!] = value;
  return work(url);
}

const reads = 'can pose as it';
const noTls = 'names another host without TLS: others on the network can pose as it';
const notRequired = 'names another host without requiring TLS: others on the network';
const notVerified = 'names another host whose certificate is not verified: others on the network';

describe('isOtherHost', () => {
  const cases: Record<string, boolean> = {
    localhost: false,
    LOCALHOST: false,
    'localhost.': false,
    '127.0.0.1': false,
    '127.255.0.9': false,
    '::1': false,
    '0:0:0:0:0:0:0:1': false,
    '::ffff:127.0.0.1': false,
    '/var/run/postgresql': false,
    postgres: true,
    'localhost.firm.example': true,
    '127.0.0.1.firm.example': true,
    '10.0.0.5': true,
    '128.0.0.1': true,
    '::2': true,
    'fe80::1%eth0': true,
    '::ffff:10.0.0.5': true,
  };
  for (const [host, expected] of Object.entries(cases)) {
    it(`${host}: ${expected}`, () => {
      expect(isOtherHost(host)).to.equal(expected);
    });
  }
});

describe('the warning of a connection that others can read', () => {
  let before: (string | undefined)[];

  beforeEach(() => {
    before = switches.map((name) => process.env[name]);
    for (const name of switches) Reflect.deleteProperty(process.env, name);
  });

  afterEach(() => {
    switches.forEach((name, i) => {
      if (before[i] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[i];
    });
  });

  function expectWarning(warning: string | undefined, expected: string, variable: string): void {
    if (expected === '') return void expect(warning).to.equal(undefined);
    expect(warning).to.match(new RegExp(`^${variable} ${expected}`));
    expect(warning)
      .to.include(reads)
      .and.to.match(/\. (Write|Remove|Add) /);
    expect(warning).to.not.match(/secret|someone|h\.example|10\.0\.0\.5/);
  }

  const databases: [url: string, expected: string][] = [
    ['postgres://someone:secret@localhost/db', ''],
    ['postgres://someone:secret@127.0.0.1:5432/db', ''],
    ['postgres://someone:secret@[::1]/db', ''],
    ['postgres://someone:secret@/db?host=/var/run/postgresql', ''],
    ['postgres://someone:secret@h.example/db?host=/var/run/postgresql', ''],
    ['postgres://someone:secret@%2Fvar%2Frun/db', ''],
    ['postgres://someone:secret@postgres/db', noTls],
    ['postgresql://someone:secret@10.0.0.5/db', noTls],
    ['postgres://someone:secret@localhost/db?host=h.example', noTls],
    ['postgres://someone:secret@h.example/db?sslmode=disable', noTls],
    ['postgres://someone:secret@h.example/db?sslmode=require', ''],
    ['postgres://someone:secret@h.example/db?sslmode=verify-full', ''],
    ['postgres://someone:secret@h.example/db?ssl=true', ''],
    ['postgres://someone:secret@h.example/db?sslrootcert=system', ''],
    ['PGSSLMODE=require postgres://someone:secret@h.example/db', ''],
    ['PGSSLMODE=disable postgres://someone:secret@h.example/db', noTls],
    ['PGSSLMODE=require postgres://someone:secret@h.example/db?sslmode=disable', noTls],
    // Verified whatever this says.
    ['NODE_TLS_REJECT_UNAUTHORIZED=0 postgres://someone:secret@h.example/db?sslmode=require', ''],
  ];
  for (const [text, expected] of databases) {
    it(`${text}: ${expected || 'none'}`, () => {
      const warning = withVariables(text, (url) => databaseWarning(url));
      expectWarning(warning, expected, 'DATABASE_URL');
    });
  }

  const mailServers: [url: string, expected: string][] = [
    ['smtp://localhost:1025', ''],
    ['smtp://someone:secret@[::1]:1025?ignoreTLS=true', ''],
    ['smtp://someone:secret@127.0.0.1', ''],
    ['smtp://mail:1025', notRequired],
    ['smtp://someone:secret@h.example:587', notRequired],
    ['smtp://someone:secret@h.example:465', notRequired], // the scheme decides, not the port
    ['smtp://someone:secret@h.example?secure=true', notRequired], // nor this
    ['smtp://someone:secret@h.example?ignoreTLS=true', notRequired],
    ['smtp://someone:secret@h.example?requireTLS=false', notRequired],
    ['smtp://someone:secret@h.example?opportunisticTLS=true', notRequired],
    ['smtp://someone:secret@h.example?requireTLS=true', ''],
    ['smtp://someone:secret@h.example?requireTLS=1', ''],
    ['smtp://someone:secret@h.example?requireTLS=true&ignoreTLS=true', ''], // the former wins
    ['smtp://someone:secret@h.example?requireTLS=true&opportunisticTLS=true', ''],
    ['smtp://someone:secret@h.example?requireTLS=true&tls.rejectUnauthorized=false', notVerified],
    ['smtps://someone:secret@h.example', ''],
    ['SMTPS://someone:secret@h.example', ''],
    ['smtps://someone:secret@h.example?tls.servername=other.example', ''],
    ['smtps://someone:secret@h.example?secured=true', notRequired], // skips the handshake
    ['smtps://someone:secret@h.example?tls.rejectUnauthorized=false', notVerified],
    ['smtps://someone:secret@h.example?tls.rejectUnauthorized=0', ''], // to Node only false is false
    ['NODE_TLS_REJECT_UNAUTHORIZED=0 smtps://someone:secret@h.example', notVerified],
    ['NODE_TLS_REJECT_UNAUTHORIZED=0 smtp://someone:secret@h.example?requireTLS=true', notVerified],
    ['NODE_TLS_REJECT_UNAUTHORIZED=1 smtps://someone:secret@h.example', ''],
    [
      'NODE_TLS_REJECT_UNAUTHORIZED=0 smtps://someone:secret@h.example?tls.rejectUnauthorized=true',
      '',
    ],
    ['NODE_TLS_REJECT_UNAUTHORIZED=0 smtps://someone:secret@localhost', ''],
  ];
  for (const [text, expected] of mailServers) {
    it(`${text}: ${expected || 'none'}`, () => {
      expectWarning(withVariables(text, smtpWarning), expected, 'SMTP_URL');
    });
  }

  const caches: [url: string, expected: string][] = [
    ['redis://localhost', ''],
    ['redis://:secret@[::1]:6379', ''],
    ['redis://:secret@redis.invalid', noTls],
    ['redis://someone:secret@redis.invalid/2', noTls],
    ['redis://:secret@redis.invalid?path=/tmp/no-socket', ''],
    ['rediss://:secret@redis.invalid', ''],
    ['REDISS://:secret@redis.invalid', ''],
    ['redis://:secret@redis.invalid?tls=true', ''],
    ['NODE_TLS_REJECT_UNAUTHORIZED=0 rediss://:secret@redis.invalid', notVerified],
  ];
  for (const [text, expected] of caches) {
    it(`${text}: ${expected || 'none'}`, async () => {
      const { redis } = await withVariables(text, (url) => openSharedCounts(url, 'secret'));
      redis.disconnect();
      expectWarning(redisWarning(redis.options), expected, 'REDIS_URL');
    });
  }
});
