import { expect } from 'chai';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccountRepository } from '../../common/accounts/repository';
import { createDatabase } from '../../common/database/connect';
import { hashPassword } from '../../common/accounts/passwords';
import { freePort } from '../../embedded/ports';
import { submissionForm } from '../support/apps/submission-form';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';
import { startServer, type ServerProcess } from '../support/process/server-process';
import { startSmtp, type TestSmtp } from '../support/smtp/server';

describe('the two servers', () => {
  let database: TestDatabase;
  let smtp: TestSmtp;
  let folder: string;
  let publicPort: number;
  let internalPort: number;
  const running = new Set<ServerProcess>();

  before(async () => {
    database = await createTestDatabase();
    smtp = await startSmtp();
    folder = await temporaryFolder();
    publicPort = await freePort();
    internalPort = await freePort();
  });

  after(async () => {
    for (const server of running) await server.stop();
    await smtp.stop();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  async function start(name: 'public' | 'internal'): Promise<ServerProcess> {
    const shared = { RESUME_DIR: folder };
    const env =
      name === 'public'
        ? { ...shared, DATABASE_URL: database.publicUrl, PORT: String(publicPort) }
        : {
            ...shared,
            DATABASE_URL: database.internalUrl,
            PORT: String(internalPort),
            SMTP_URL: smtp.url,
            MAIL_FROM: 'intake@firm.example',
            ATTORNEY_EMAILS: 'attorneys@firm.example',
          };
    const server = await startServer(name, env);
    running.add(server);
    return server;
  }

  async function stop(server: ServerProcess): Promise<void> {
    running.delete(server);
    await server.stop();
  }

  async function submit(email: string): Promise<number> {
    const body = submissionForm({ email });
    const url = `http://127.0.0.1:${publicPort}/leads`;
    const { status } = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    return status;
  }

  async function worklist(): Promise<string> {
    const authorization = `Basic ${Buffer.from('ann@firm.example:a long password').toString('base64')}`;
    const url = `http://127.0.0.1:${internalPort}/leads`;
    return (await fetch(url, { headers: { authorization } })).text();
  }

  async function untilMailed(count: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (smtp.emails.length < count && Date.now() < deadline) await sleep(50);
    expect(smtp.emails).to.have.length(count);
  }

  it('work without each other, and restart alone', async function () {
    this.timeout(90_000); // four starts of a process, on a machine that may be busy
    const db = createDatabase(database.internalUrl);
    const passwordHash = await hashPassword('a long password');
    const account = {
      email: 'ann@firm.example',
      name: 'Ann',
      role: 'ADMIN',
      passwordHash,
    } as const;
    await createAccountRepository(db).create(account, 'system');
    await db.destroy();

    const publicServer = await start('public');
    expect(await submit('first@example.com')).to.equal(303);
    const internalServer = await start('internal');
    await untilMailed(2); // it was down when the lead came
    await stop(publicServer);
    expect(await worklist()).to.include('first@example.com');

    const again = await start('public');
    expect(await submit('second@example.com')).to.equal(303);
    await untilMailed(4);
    await stop(internalServer);
    expect(await submit('third@example.com')).to.equal(303);
    await start('internal');
    await untilMailed(6);
    expect(await worklist()).to.include('third@example.com');
    await stop(again);
  });
});
