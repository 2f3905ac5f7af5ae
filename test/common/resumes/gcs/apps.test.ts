import { expect } from 'chai';
import type { Knex } from 'knex';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import supertest from 'supertest';
import { createDatabase } from '../../../../common/database/connect';
import { createLeadIntake } from '../../../../common/leads/add-lead';
import { startGcs, type GcsFixture } from '../../../support/gcs/store';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';
import {
  minimalPdf,
  startPublicApp,
  submit,
  type PublicFixture,
} from '../../../support/apps/public-app';

describe('both servers on one bucket', () => {
  let gcs: GcsFixture;
  let desk: InternalFixture;
  let form: PublicFixture;
  let db: Knex;

  before(async () => {
    gcs = await startGcs();
    desk = await startInternalApp({ resumes: gcs.internalStore });
    db = createDatabase(desk.database.publicUrl);
    form = await startPublicApp({ resumes: gcs.publicStore, leads: createLeadIntake(db), db });
  });

  after(async () => {
    await db.destroy();
    await form.close();
    await desk.close();
    await gcs.close();
  });

  beforeEach(async () => {
    await desk.owner('leads').delete();
    gcs.server.objects.clear();
    gcs.server.faults.length = 0;
  });

  const send = async () => {
    const answer = await submit(form.app, {}, { json: true });
    return { status: answer.status, id: (answer.body as { id: string }).id };
  };
  const download = (id: string) =>
    desk.get(`/leads/${id}/resume`).buffer(true).responseType('blob');

  it('gives an attorney the file that was sent', async () => {
    const { status, id } = await send();
    expect(status).to.equal(201);
    expect([...gcs.server.objects.keys()].join()).to.match(/^resumes\/[0-9a-f-]{36}$/);
    const answer = await download(id);
    expect(answer.status).to.equal(200);
    expect((answer.body as Buffer).equals(minimalPdf)).to.equal(true);
  });

  it('leaves no spooled file behind', async () => {
    await send();
    expect(await readdir(path.join(form.folder, 'spool'))).to.be.empty;
  });

  it('stores one object and one lead when the response of the storage is lost', async () => {
    gcs.server.faults.push('lost');
    expect((await send()).status).to.equal(201);
    expect(gcs.server.objects).to.have.property('size', 1);
    expect(await desk.owner('leads').select('id')).to.have.length(1);
  });

  it('returns 503 and adds no lead while the storage is down', async () => {
    gcs.server.faults.push(503, 503, 503, 503, 503);
    expect((await send()).status).to.equal(503);
    expect(await desk.owner('leads').select('id')).to.be.empty;
    expect(form.logged()).to.include('503').and.not.include('ann.lee@example.com');
  });

  it('sends no byte of a damaged download', async () => {
    const { id } = await send();
    gcs.server.faults.push('damaged');
    const answer = await desk.get(`/leads/${id}/resume`);
    expect(answer.status).to.equal(500);
    expect(answer.text).to.include('damaged').and.not.include('Catalog');
  });

  it('says when the object is missing', async () => {
    const { id } = await send();
    gcs.server.objects.clear();
    const answer = await desk.get(`/leads/${id}/resume`);
    expect(answer.status).to.equal(500);
    expect(answer.text).to.include('missing');
  });

  it('is ready on both sides, each with its own identity', async () => {
    for (const { app } of [form, desk]) {
      expect((await supertest(app.callback()).get('/readyz')).status).to.equal(200);
    }
  });
});
