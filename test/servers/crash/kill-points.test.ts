import { expect } from 'chai';
import type { Knex } from 'knex';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createDatabase } from '../../../common/database/connect';
import { freePort } from '../../../embedded/ports';
import { until, type OutboxRow } from '../../support/smtp/deliveries';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../../support/process/postgres';
import { startServer, type ServerProcess } from '../../support/process/server-process';
import { startSmtp, type TestSmtp } from '../../support/smtp/server';
import { aSubmission, send } from './submission';
import { noLimits } from '../../support/process/no-limits';

const none = { leads: 0, queued: 0, sent: 0, objects: 0, spooled: 0, mails: 0, messageIds: 0 };
const stored = { ...none, leads: 1, queued: 2, objects: 1 };
const settled = { ...stored, queued: 0, sent: 2, mails: 2, messageIds: 2 };
const withOrphan = { ...settled, objects: 2 };

/**
 * What a crash leaves behind, and what there is once everything runs again and the client has sent
 * its submission a second time.
 */
const killPoints = [
  {
    point: 'after the spool',
    crash: { told: 'nothing', ...none, spooled: 1 },
    end: { told: 201, ...settled, spooled: 1 },
  },
  {
    point: 'after the object',
    crash: { told: 'nothing', ...none, objects: 1 },
    end: { told: 201, ...withOrphan },
  },
  {
    point: 'before the commit',
    crash: { told: 'nothing', ...none, objects: 1 },
    end: { told: 201, ...withOrphan },
  },
  {
    point: 'after the commit',
    crash: { told: 'nothing', ...stored },
    end: { told: 201, ...withOrphan },
  },
  {
    point: 'after the claim',
    crash: { told: 201, ...stored },
    end: { told: 201, ...withOrphan },
  },
  {
    point: 'after the 250',
    crash: { told: 201, ...stored, mails: 1, messageIds: 1 },
    end: { told: 201, ...withOrphan, mails: 3 },
  },
  {
    point: 'after the email is recorded',
    crash: { told: 201, ...stored, queued: 1, sent: 1, mails: 1, messageIds: 1 },
    end: { told: 201, ...withOrphan },
  },
] as const;

const internalPoints = ['after the claim', 'after the 250', 'after the email is recorded'];

describe('a server that is killed', () => {
  let database: TestDatabase;
  let owner: Knex;
  let folder: string;
  let smtp: TestSmtp;
  let port: number;
  let publicServer: ServerProcess | undefined;
  let internalServer: ServerProcess | undefined;
  let killed: ServerProcess | undefined;

  before(async function () {
    this.timeout(60_000);
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    folder = await temporaryFolder();
    smtp = await startSmtp();
    port = await freePort();
    publicServer = await startServer('public', publicEnv(port));
  });

  afterEach(async () => {
    await killed?.stop();
    await internalServer?.stop();
    killed = internalServer = undefined;
    await owner('leads').delete();
    for (const name of ['resumes', 'spool']) {
      for (const file of files(name)) rmSync(path.join(folder, name, file));
    }
    smtp.emails.length = 0;
  });

  after(async () => {
    await publicServer?.stop();
    await smtp.stop();
    await owner.destroy();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const files = (name: string) => readdirSync(path.join(folder, name));
  const publicEnv = (onPort: number) => ({
    DATABASE_URL: database.publicUrl,
    PORT: String(onPort),
    RESUME_DIR: folder,
    ...noLimits,
  });
  const internalEnv = () => ({
    DATABASE_URL: database.internalUrl,
    PORT: '0',
    RESUME_DIR: folder,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'intake@lee.example',
    ATTORNEY_EMAILS: 'bob@lee.example',
  });

  async function leftBehind() {
    const outbox = await owner<OutboxRow>('outbox').select();
    return {
      leads: (await owner('leads').select()).length,
      queued: outbox.filter(({ state }) => state === 'QUEUED').length,
      sent: outbox.filter(({ state }) => state === 'SENT').length,
      objects: files('resumes').length,
      spooled: files('spool').length,
      mails: smtp.emails.length,
      messageIds: new Set(smtp.emails.map(({ parsed }) => parsed.messageId)).size,
    };
  }

  for (const [n, { point, crash, end }] of killPoints.entries()) {
    it(`loses and doubles nothing when it is killed ${point}`, async function () {
      this.timeout(90_000);
      const submission = { ...aSubmission(n), json: true };
      const env = { KILL_POINT: point };
      let told;
      if (internalPoints.includes(point)) {
        told = await send(port, submission);
        const entry = 'test/servers/crash/kill-points/internal-entry.ts';
        killed = await startServer('internal', { ...internalEnv(), ...env }, entry);
      } else {
        const ownPort = await freePort();
        const entry = 'test/servers/crash/kill-points/public-entry.ts';
        killed = await startServer('public', { ...publicEnv(ownPort), ...env }, entry);
        told = await send(ownPort, submission);
      }
      expect(await killed.ended).to.deep.equal([null, 'SIGKILL']);
      expect({ told, ...(await leftBehind()) }).to.deep.equal(crash);

      if (point === 'after the claim') {
        const leased = owner('outbox').whereRaw('locked_until > now()');
        expect(await leased, 'leased').to.have.length(1);
      }
      await owner('outbox').whereNotNull('locked_until').update({ locked_until: owner.fn.now() });
      internalServer = await startServer('internal', internalEnv());
      told = await send(port, submission);
      await until(async () => (await leftBehind()).queued === 0);
      expect({ told, ...(await leftBehind()) }).to.deep.equal(end);
    });
  }
});
