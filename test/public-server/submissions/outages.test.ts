import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import supertest from 'supertest';
import { createDatabase } from '../../../common/database/connect';
import { createLeadIntake } from '../../../common/leads/add-lead';
import { createSpool } from '../../../public-server/submissions/spool';
import { layCable } from '../../support/browser/cable';
import { temporaryFolder } from '../../support/process/postgres';
import { startPublicApp, submit } from '../../support/apps/public-app';

const nowhere = 'postgres://ann:secret@127.0.0.1:9/lead';

describe('POST /leads while a store is down', () => {
  it('returns 503 and keeps the text when the database does not respond', async () => {
    const db = createDatabase(nowhere);
    const fixture = await startPublicApp({ leads: createLeadIntake(db), db });
    const submissionId = randomUUID();
    const answer = await submit(fixture.app, { submission_id: submissionId });
    expect(answer.status).to.equal(503);
    expect(answer.headers['retry-after']).to.equal('30');
    expect(answer.text).to.include('value="Ann"').and.include(`value="${submissionId}"`);
    expect((await supertest(fixture.app.callback()).get('/readyz')).status).to.equal(503);
    expect((await supertest(fixture.app.callback()).get('/healthz')).status).to.equal(200);
    expect(fixture.logged()).to.include('ECONNREFUSED').and.not.include('secret');
    expect(fixture.logged()).to.not.include('ann.lee@example.com');
    await db.destroy();
    await fixture.close();
  });

  it('returns 503 within five seconds when the database is frozen', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const db = createDatabase(`postgres://u:p@127.0.0.1:${port}/x`, { queryTimeoutMs: 1000 });
    const fixture = await startPublicApp({ leads: createLeadIntake(db), db });
    const answer = await submit(fixture.app, {}, { json: true }).timeout(5000);
    expect(answer.status).to.equal(503);
    expect((answer.body as { detail: string }).detail).to.include('we get it only once');
    await db.destroy();
    await fixture.close();
    silent.close();
  });

  it('reports success even when the upload cannot be removed afterwards', async () => {
    const folder = await temporaryFolder();
    const spool = await createSpool(folder);
    const fixture = await startPublicApp({
      spool: {
        ...spool,
        async discard(file) {
          await spool.discard(file);
          throw Object.assign(new Error('read-only file system'), { code: 'EROFS' });
        },
      },
    });
    expect((await submit(fixture.app)).status).to.equal(303);
    expect(await fixture.owner('leads')).to.have.length(1);
    expect(fixture.logged()).to.include('EROFS');
    await fixture.close();
    await rm(folder, { recursive: true });
  });

  it('gives a program without a key the one to repeat the submission with', async () => {
    let isDown = true;
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const fixture = await startPublicApp({
      resumes: {
        create: () => (isDown ? Promise.reject(full) : Promise.resolve()),
        checkWritable: () => Promise.resolve(),
      },
    });
    const answer = await submit(fixture.app, {}, { json: true });
    expect(answer.status).to.equal(503);
    const { detail } = answer.body as { detail: string };
    const [, key] = /Idempotency-Key: ([0-9a-f-]{36})/.exec(detail)!;
    isDown = false;
    for (let n = 0; n < 2; n++) {
      const again = await submit(fixture.app, {}, { json: true }).set('Idempotency-Key', key!);
      expect(again.body).to.include({ id: key });
    }
    isDown = true;
    for (const form of [{ submission_id: key! }, {}]) {
      const page = await submit(fixture.app, form, { json: 'submission_id' in form });
      expect(page.text).to.include('we get it only once').and.not.include('Idempotency-Key');
    }
    await fixture.close();
  });

  it('returns 503 when the connection to the database ends while it stores the lead', async () => {
    const fixture = await startPublicApp({ leads: { add: (lead) => leads.add(lead) } });
    const url = new URL(fixture.database.publicUrl);
    const cable = await layCable(Number(url.port));
    url.port = String(cable.port);
    const db = createDatabase(url.href);
    const leads = createLeadIntake(db);
    await db.raw('select 1');
    cable.cutAtAnswer();
    const form = { submission_id: randomUUID() };
    expect((await submit(fixture.app, form, { json: true })).status).to.equal(503);
    cable.mend();
    expect((await submit(fixture.app, form, { json: true })).status).to.equal(201);
    expect(await fixture.owner('leads').select('id')).to.have.length(1);
    await db.destroy();
    await cable.close();
    await fixture.close();
  });

  it('returns 503 when the database takes too long to store the lead', async () => {
    const fixture = await startPublicApp({ leads: { add: (lead) => leads.add(lead) } });
    const db = createDatabase(fixture.database.publicUrl, { queryTimeoutMs: 300 });
    const leads = createLeadIntake(db);
    await fixture.owner.transaction(async (trx) => {
      await trx.raw('lock table leads in exclusive mode');
      expect((await submit(fixture.app, {}, { json: true })).status).to.equal(503);
    });
    await db.destroy();
    await fixture.close();
  });

  it('returns 503 and adds no lead when the resume cannot be stored', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const resumes = {
      create: () => Promise.reject(full),
      checkWritable: () => Promise.reject(full),
    };
    const fixture = await startPublicApp({ resumes });
    const answer = await submit(fixture.app, {}, { json: true });
    expect(answer.status).to.equal(503);
    expect(answer.headers['retry-after']).to.equal('30');
    expect(answer.type).to.equal('application/problem+json');
    expect(await fixture.owner('leads').select('id')).to.be.empty;
    expect(fixture.logged()).to.include('ENOSPC');
    await fixture.close();
  });

  it('reveals no internals when something unexpected fails', async () => {
    const leads = { add: () => Promise.reject(new TypeError('x is undefined')) };
    const fixture = await startPublicApp({ leads });
    const answer = await submit(fixture.app, {}, { json: true });
    expect(answer.status).to.equal(500);
    expect(answer.text).to.not.match(/undefined|\bat /);
    await fixture.close();
  });
});
