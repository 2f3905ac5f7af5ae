import { expect } from 'chai';
import { rm } from 'node:fs/promises';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';
import { runToEnd, startOrEnd } from '../support/process/printed-output';

/** Names that lead nowhere: what is warned of is the configuration, before anything is reached. */
const elsewhere = {
  database: 'postgres://someone:secret@db.invalid/leads',
  smtp: 'smtp://someone:secret@mail.invalid',
  redis: 'redis://:secret@redis.invalid',
};
const email = { MAIL_FROM: 'a@firm.example', ATTORNEY_EMAILS: 'b@firm.example' };

describe('at the start', () => {
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

  async function printedBy(name: 'public' | 'internal', env: object): Promise<string> {
    const login = { public: database.publicUrl, internal: database.internalUrl }[name];
    const own = { DATABASE_URL: login, RESUME_DIR: folder, PORT: '0', ...env };
    const server = await startOrEnd(name, own);
    if (server.code === undefined) await server.stop();
    expect(server.output()).to.not.match(/someone|secret|\/\/\w/);
    return server.output();
  }

  const warnings = (printed: string) =>
    printed
      .split('\n')
      .filter((line) => line.includes('names another host'))
      .map((line) => {
        const { level, msg } = JSON.parse(line) as { level: number; msg: string };
        return `${level} ${msg.split(':')[0]}`;
      });

  it('the internal server warns of the mail server', async () => {
    const printed = await printedBy('internal', { SMTP_URL: elsewhere.smtp, ...email });
    expect(warnings(printed)).to.deep.equal([
      '40 SMTP_URL names another host without requiring TLS',
    ]);
    const required = { SMTP_URL: `${elsewhere.smtp}?requireTLS=true`, ...email };
    expect(warnings(await printedBy('internal', required))).to.be.empty;
  });

  it('the public server warns of Redis', async () => {
    const printed = await printedBy('public', { REDIS_URL: elsewhere.redis });
    expect(warnings(printed)).to.deep.equal(['40 REDIS_URL names another host without TLS']);
    const encrypted = { REDIS_URL: elsewhere.redis.replace('redis', 'rediss') };
    expect(warnings(await printedBy('public', encrypted))).to.be.empty;
  });

  it('both warn of the database', async () => {
    for (const name of ['public', 'internal'] as const) {
      const printed = await printedBy(name, { DATABASE_URL: elsewhere.database });
      expect(warnings(printed)).to.deep.equal(['40 DATABASE_URL names another host without TLS']);
    }
  });

  it('neither warns on one machine', async () => {
    const mail = { SMTP_URL: 'smtp://localhost:9', ...email };
    expect(warnings(await printedBy('internal', mail))).to.be.empty;
    expect(warnings(await printedBy('public', { REDIS_URL: 'redis://127.0.0.1:9' }))).to.be.empty;
  });

  for (const [command, variable] of [
    ['migrations/run.ts', 'MIGRATION_DATABASE_URL'],
    ['internal-server/commands/accounts.ts list', 'DATABASE_URL'],
    ['internal-server/commands/sweep.ts', 'DATABASE_URL'],
    ['seeds/commands/seed.ts', 'MIGRATION_DATABASE_URL'],
  ] as const) {
    it(`${command} warns of the database`, async () => {
      const env = { [variable]: elsewhere.database, RESUME_DIR: folder };
      const { output } = await runToEnd(command.split(' '), env);
      expect(output).to.include(`Warning: ${variable} names another host without TLS: `);
      expect(output).to.not.match(/someone|secret/);
    });
  }
});
