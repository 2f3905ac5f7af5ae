import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { withClient } from '../../embedded/provision';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';

type Reason = [what: string, change: (url: URL) => void, reason: string];

const wrongPassword: Reason = [
  'a wrong password',
  (url) => (url.password = 'wrong'),
  '28P01: password authentication failed',
];
const silentRefusal: Reason = [
  'a name for two addresses', // for which Node gives no message
  (url) => ((url.hostname = 'localhost'), (url.port = '9')),
  'ECONNREFUSED',
];
const otherReasons: Reason[] = [
  ['a wrong name', (url) => (url.username = 'nobody'), '28P01: password authentication failed'],
  ['no such database', (url) => (url.pathname = '/none'), '3D000: database "none" does not exist'],
  ['a port where nothing listens', (url) => (url.port = '9'), 'ECONNREFUSED: connect'],
  [
    'no TLS where it is asked for',
    (url) => (url.search = '?sslmode=verify-full'),
    'The server does not support SSL connections',
  ],
];

const programs: [file: string, args: string[], variable: string, login: keyof TestDatabase][] = [
  ['public-server/index.ts', [], 'DATABASE_URL', 'publicUrl'],
  ['internal-server/index.ts', [], 'DATABASE_URL', 'internalUrl'],
  ['internal-server/commands/accounts.ts', ['list'], 'DATABASE_URL', 'internalUrl'],
  ['seeds/commands/seed.ts', [], 'MIGRATION_DATABASE_URL', 'ownerUrl'],
  ['migrations/run.ts', [], 'MIGRATION_DATABASE_URL', 'ownerUrl'],
];

describe('a database that cannot be used', () => {
  let database: TestDatabase;
  let folder: string;

  before(async () => {
    database = await createTestDatabase();
    folder = await temporaryFolder();
  });

  after(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  function run(file: string, args: string[], env: Record<string, string>): Promise<string> {
    const all = ['-r', 'ts-node/register/transpile-only', file, ...args];
    const options = {
      cwd: path.join(__dirname, '../..'),
      env: { PATH: process.env.PATH, PORT: '0', RESUME_DIR: folder, ...env },
    };
    return new Promise((resolve) => {
      execFile(process.execPath, all, options, (error, _stdout, stderr) => {
        expect(error?.code, stderr).to.be.oneOf([1, 2]);
        resolve(stderr);
      });
    });
  }

  for (const [file, args, variable, login] of programs) {
    it(`ends ${path.dirname(file)}/${path.basename(file, '.ts')} with one sentence`, async () => {
      const others = file === 'migrations/run.ts' ? otherReasons : [];
      for (const [what, change, reason] of [wrongPassword, silentRefusal, ...others]) {
        const url = new URL(database[login] as string);
        change(url);
        const stderr = await run(file, args, { [variable]: url.href });
        expect(stderr, what).to.include(`The database cannot be used (${reason}`);
        expect(stderr.trimEnd(), what).to.match(new RegExp(`\\)\\. Check ${variable}\\.$`));
        expect(stderr, what).to.not.include('\n    at ');
      }
    });
  }

  it('ends a server that may only read it', async () => {
    const name = new URL(database.ownerUrl).pathname.slice(1);
    const set = (value: string) =>
      withClient(database.superuserUrl, async (client) => {
        await client.query(`alter database ${name} set default_transaction_read_only = ${value}`);
      });
    await set('on');
    const sentence = 'The database cannot be used (25006: the database is read-only). Check';
    const publicServer = await run('public-server/index.ts', [], {
      DATABASE_URL: database.publicUrl,
    });
    expect(publicServer).to.include(sentence);
    const migration = await run('migrations/run.ts', [], {
      MIGRATION_DATABASE_URL: database.ownerUrl,
    });
    expect(migration).to.match(/cannot be used \(25006: cannot execute .* read-only transaction\)/);
    await withClient(database.superuserUrl, async (client) => {
      await client.query('set default_transaction_read_only = off');
      await client.query(`alter database ${name} reset default_transaction_read_only`);
    });
  });
});
