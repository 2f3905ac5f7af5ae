import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../support/gcs/faults';
import { creator } from '../../../support/gcs/server';
import { newKey, startGcs, type GcsFixture } from '../../../support/gcs/store';
import { rejection } from '../../../support/rejection';

const bytes = randomBytes(300_000);

describe('createGcsIntake', () => {
  let gcs: GcsFixture;
  const uploads = () => gcs.server.requests.length;

  beforeEach(async () => {
    gcs = await startGcs();
  });

  afterEach(async () => {
    await gcs.close();
  });

  it('stores the bytes once, with nothing about the sender', async () => {
    const key = newKey();
    await gcs.publicStore.create(key, await gcs.spool(bytes));
    expect([...gcs.server.objects.keys()]).to.deep.equal([key]);
    const { bytes: stored, metadata } = gcs.server.objects.get(key)!;
    expect(stored.equals(bytes)).to.equal(true);
    expect(metadata).to.have.all.keys('contentType', 'md5Hash');
    expect(metadata.contentType).to.equal('application/octet-stream');
    expect(uploads()).to.equal(1);
  });

  const survived: { name: string; faults: Fault[]; requests: number }[] = [
    { name: 'two answers of 503', faults: [503, 503], requests: 3 },
    { name: 'an answer of 408', faults: [408], requests: 2 },
    { name: 'an answer of 429', faults: [429], requests: 2 },
    { name: 'a connection that breaks in the middle', faults: ['reset'], requests: 2 },
    { name: 'an attempt that stalls', faults: ['stall'], requests: 2 },
    { name: 'an answer that is lost after the object was stored', faults: ['lost'], requests: 2 },
    { name: 'two lost answers', faults: ['lost', 'lost'], requests: 3 },
  ];
  for (const { name, faults, requests } of survived) {
    it(`survives ${name}`, async () => {
      gcs.server.faults.push(...faults);
      const key = newKey();
      await gcs.publicStore.create(key, await gcs.spool(bytes));
      expect(gcs.server.objects.get(key)?.bytes.equals(bytes)).to.equal(true);
      expect(uploads()).to.equal(requests);
    });
  }

  it('treats a refusal to replace after a lost response as success', async () => {
    gcs.server.asksRightsFirst = true;
    gcs.server.faults.push('lost');
    const key = newKey();
    await gcs.publicStore.create(key, await gcs.spool(bytes));
    expect(uploads()).to.equal(2);
  });

  const final: { name: string; faults: Fault[]; code: unknown; requests: number }[] = [
    { name: 'bytes that were damaged on their way', faults: ['damaged'], code: 400, requests: 1 },
    { name: 'an answer of 401', faults: [401], code: 401, requests: 1 },
    { name: 'an answer of 403', faults: [403], code: 403, requests: 1 },
    { name: 'an answer of 404', faults: [404], code: 404, requests: 1 },
    { name: 'a storage that always stalls', faults: stalls(), code: 'ETIMEDOUT', requests: 2 },
  ];
  for (const { name, faults, code, requests } of final) {
    it(`rejects ${name} and stores nothing`, async () => {
      gcs.server.faults.push(...faults);
      const error = await rejection(gcs.publicStore.create(newKey(), await gcs.spool(bytes)));
      expect(error).to.include({ code });
      expect(gcs.server.objects).to.have.property('size', 0);
      expect(uploads()).to.equal(requests);
    });
  }

  it('gives up after five answers of 503', async () => {
    gcs.server.faults.push(503, 503, 503, 503, 503);
    const patient = gcs.storeAt(await gcs.server.identity(creator), { uploadMs: 15_000 });
    const error = await rejection(patient.create(newKey(), await gcs.spool(bytes)));
    expect(error).to.include({ code: 503 });
    expect(uploads()).to.equal(5);
  });

  it('rejects when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const store = gcs.storeAt(`http://127.0.0.1:${port}`, { uploadMs: 15_000 });
    const error = await rejection(store.create(newKey(), await gcs.spool(bytes)));
    expect(error).to.include({ code: 'ECONNREFUSED' });
  });

  for (const asksRightsFirst of [false, true]) {
    it(`never replaces an object (${asksRightsFirst ? 403 : 412})`, async () => {
      gcs.server.asksRightsFirst = asksRightsFirst;
      const key = newKey();
      await gcs.publicStore.create(key, await gcs.spool('first'));
      const error = await rejection(gcs.publicStore.create(key, await gcs.spool('second')));
      expect(error).to.include({ code: asksRightsFirst ? 403 : 412 });
      expect(gcs.server.objects.get(key)?.bytes.toString()).to.equal('first');
      expect(uploads()).to.equal(2);
    });
  }

  it('refuses a malformed key without asking the server', async () => {
    const file = await gcs.spool(bytes);
    const error = await rejection(gcs.publicStore.create('resumes/../x', file));
    expect(error.message).to.include('resumes/<uuid>');
    expect(uploads()).to.equal(0);
  });

  it('sends 16 files at once while the others wait, and stores them all', async () => {
    const letGo = gcs.server.holdUploads();
    const store = gcs.storeAt(await gcs.server.identity(creator), { uploadMs: 15_000 });
    const files = await Promise.all(Array.from({ length: 40 }, (_, i) => gcs.spool(`file ${i}`)));
    const all = Promise.all(files.map((file) => store.create(newKey(), file)));
    while (gcs.server.uploads.now < 16) await sleep(10);
    await sleep(100); // a 17th would come now
    expect(uploads()).to.equal(16);
    letGo();
    await all;
    expect(gcs.server.uploads.peak).to.equal(16);
    const stored = [...gcs.server.objects.values()].map((object) => object.bytes.toString());
    expect(stored.sort()).to.deep.equal(files.map((_, i) => `file ${i}`).sort());
  });

  it('rejects a file that waits too long, and does not send it later', async () => {
    const letGo = gcs.server.holdUploads();
    const large = await gcs.spool(randomBytes(2 * 1024 * 1024)); // may take longer than a small one
    const all = Promise.all(
      Array.from({ length: 16 }, () => gcs.publicStore.create(newKey(), large)),
    );
    const error = await rejection(gcs.publicStore.create(newKey(), await gcs.spool('small')));
    expect(error).to.include({ code: 'ETIMEDOUT' });
    letGo();
    await all;
    expect(uploads()).to.equal(16);
    await gcs.publicStore.create(newKey(), await gcs.spool('after'));
    expect(gcs.server.objects).to.have.property('size', 17);
  });

  it('closes the connections of abandoned attempts', async () => {
    gcs.server.faults.push(...stalls());
    await rejection(gcs.publicStore.create(newKey(), await gcs.spool(bytes)));
    while ((await gcs.server.connections()) > 0) await sleep(10);
  });
});

function stalls(count = 9): Fault[] {
  return Array.from({ length: count }, () => 'stall' as const);
}
