import { expect } from 'chai';
import { chmod, rm } from 'node:fs/promises';
import { createDatabase } from '../../common/database/connect';
import { freePort } from '../../embedded/ports';
import { submissionForm } from '../support/apps/submission-form';
import { startOwnPostgres, temporaryFolder, type OwnPostgres } from '../support/process/postgres';
import { runToEnd, startOrEnd } from '../support/process/printed-output';

describe('the socket of Postgres', () => {
  let postgres: OwnPostgres;
  let folder: string;
  let query: string;

  before(async () => {
    folder = await temporaryFolder();
    await chmod(folder, 0o777); // another user's Postgres makes its socket there
    postgres = await startOwnPostgres([`unix_socket_directories=${folder}`]);
    query = `host=${folder}&port=${new URL(postgres.ownerUrl).port}`;
  });

  after(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  });

  const forms: [form: string, write: (login: string, password: string) => string][] = [
    ['?host=', (login, password) => `postgres://${login}:${password}@/lead_template?${query}`],
    [
      'a host in percent-encoding',
      (login, password) =>
        `postgres://${login}:${password}@${encodeURIComponent(folder)}:${/\d+$/.exec(query)![0]}/lead_template`,
    ],
  ];
  for (const [form, write] of forms) {
    it(`serves the two servers by ${form}`, async () => {
      const port = await freePort();
      const shared = { RESUME_DIR: folder };
      const servers = await Promise.all([
        startOrEnd('public', {
          ...shared,
          PORT: port,
          DATABASE_URL: write('public_server', 'public'),
        }),
        startOrEnd('internal', {
          ...shared,
          PORT: '0',
          DATABASE_URL: write('internal_server', 'internal'),
        }),
      ]);
      for (const { code, output } of servers) expect(code, output()).to.be.undefined;
      const body = submissionForm({ email: 'ann@firm.example' });
      const url = `http://127.0.0.1:${port}/leads`;
      const { status } = await fetch(url, { method: 'POST', body, redirect: 'manual' });
      expect(status).to.equal(303);

      const db = createDatabase(postgres.superuserUrl);
      const sessions = await db('pg_stat_activity')
        .whereIn('usename', ['public_server', 'internal_server'])
        .whereNull('client_addr') // those of a Unix socket
        .distinct('usename')
        .pluck<string[]>('usename');
      await db.destroy();
      expect(sessions).to.have.members(['public_server', 'internal_server']);
      await Promise.all(servers.map((server) => server.stop()));
    });

    it(`serves the commands by ${form}`, async () => {
      const owner = { MIGRATION_DATABASE_URL: write('lead_owner', 'owner') };
      const internal = { DATABASE_URL: write('internal_server', 'internal'), RESUME_DIR: folder };
      const migrated = await runToEnd(['migrations/run.ts'], owner);
      expect(migrated).to.deep.equal({ code: 0, output: 'Already up to date.\n' });
      const knex = await runToEnd(['node_modules/knex/bin/cli.js', 'migrate:status'], owner);
      expect(knex.output).to.include('No Pending Migration files Found.');
      const accounts = await runToEnd(['internal-server/commands/accounts.ts', 'list'], internal);
      expect(accounts.code, accounts.output).to.equal(0);
    });
  }
});

describe('a URL that could mean something else', () => {
  const commands: [command: string, args: string[], variable: string][] = [
    ['the public server', ['public-server/index.ts'], 'DATABASE_URL'],
    ['the internal server', ['internal-server/index.ts'], 'DATABASE_URL'],
    ['migrate', ['migrations/run.ts'], 'MIGRATION_DATABASE_URL'],
    ['knex', ['node_modules/knex/bin/cli.js', 'migrate:status'], 'MIGRATION_DATABASE_URL'],
    ['seed', ['seeds/commands/seed.ts'], 'MIGRATION_DATABASE_URL'],
    ['accounts', ['internal-server/commands/accounts.ts', 'list'], 'DATABASE_URL'],
    ['sweep', ['internal-server/commands/sweep.ts'], 'DATABASE_URL'],
  ];
  for (const [command, args, variable] of commands) {
    it(`is refused by ${command}, which does not repeat it`, async () => {
      for (const [url, sentence] of [
        ['postgres://u:se#cret@127.0.0.1:5432/db', 'must percent-encode'],
        ['postgres://u:se%23cret@/db', 'must name a host'],
      ] as const) {
        const { code, output } = await runToEnd(args, { [variable]: url, RESUME_DIR: '/tmp' });
        expect(code, output).to.be.oneOf([1, 2]);
        expect(output).to.match(new RegExp(`${variable}:? ${sentence}`));
        expect(output).to.not.include('cret');
      }
    });
  }
});
