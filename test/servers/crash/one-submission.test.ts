import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { createDatabase } from '../../../common/database/connect';
import { createMailWorker } from '../../../common/mail/worker';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { captureLog } from '../../support/captured-log';
import { mailServer, mailSettings, until } from '../../support/smtp/deliveries';
import { startPublicApp, submit, type PublicFixture } from '../../support/apps/public-app';
import { startSmtp, type TestSmtp } from '../../support/smtp/server';

const rounds = 100;
const posts = 20;

describe('POST /leads, many times at once with one submission id', () => {
  let fixture: PublicFixture;
  let smtp: TestSmtp;

  before(async () => {
    fixture = await startPublicApp();
    smtp = await startSmtp();
  });

  after(async () => {
    await smtp.stop();
    await fixture.close();
  });

  it('stores one lead and sends two emails', async function () {
    this.timeout(120_000);
    for (let round = 0; round < rounds; round++) {
      const form = { submission_id: randomUUID(), email: `ann.lee.${round}@example.com` };
      const answers = await Promise.all(
        Array.from({ length: posts }, () => submit(fixture.app, form, { json: true })),
      );
      expect(answers.map(({ status }) => status)).to.deep.equal(Array(posts).fill(201));
      expect(new Set(answers.map(({ text }) => text)).size).to.equal(1);
    }
    expect(await fixture.owner('leads').select()).to.have.length(rounds);

    const db = createDatabase(fixture.database.internalUrl);
    const delivery = createMailWorker({
      outbox: createOutboxRepository(db),
      config: { ...mailSettings, mail: { ...mailServer, smtpUrl: smtp.url } },
      log: captureLog('mail').log,
      metrics: new Registry(),
    });
    delivery.start();
    await until(async () => (await db('outbox').where('state', 'QUEUED')).length === 0, 60_000);
    await delivery.stop();
    await db.destroy();
    const ids = smtp.emails.map(({ parsed }) => parsed.messageId);
    expect(ids).to.have.length(2 * rounds);
    expect(new Set(ids).size).to.equal(2 * rounds);
  });
});
