import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createGcsStore } from '../../../../common/resumes/gcs/store';
import { contentOf } from '../../../support/apps/content-of';
import type { Fault } from '../../../support/gcs/faults';
import { newKey, startGcs, type GcsFixture } from '../../../support/gcs/store';
import { rejection } from '../../../support/rejection';

const bytes = randomBytes(300_000);

describe('createGcsStore, read', () => {
  let gcs: GcsFixture;
  let key: string;

  beforeEach(async () => {
    gcs = await startGcs();
    key = newKey();
    await gcs.publicStore.create(key, await gcs.spool(bytes));
    gcs.server.requests.length = 0;
  });

  afterEach(async () => {
    await gcs.close();
  });

  it('returns the bytes in one request', async () => {
    expect((await contentOf(gcs.internalStore, key))?.equals(bytes)).to.equal(true);
    expect(gcs.server.requests).to.have.length(1);
  });

  it('returns an empty object', async () => {
    const empty = newKey();
    await gcs.publicStore.create(empty, await gcs.spool(''));
    expect(await contentOf(gcs.internalStore, empty)).to.have.length(0);
  });

  const survived: Record<string, Fault> = {
    'an answer of 503': 503,
    'a connection that breaks in the middle': 'reset',
    'a download that ends early': 'truncated',
    'a download that stops in the middle': 'halted',
    'an attempt that stalls': 'stall',
  };
  for (const [name, fault] of Object.entries(survived)) {
    it(`survives ${name}`, async () => {
      gcs.server.faults.push(fault);
      expect((await contentOf(gcs.internalStore, key))?.equals(bytes)).to.equal(true);
      expect(gcs.server.requests).to.have.length(2);
    });
  }

  it('leaves it to the caller to detect damaged bytes by their hash', async () => {
    gcs.server.faults.push('damaged');
    const read = await contentOf(gcs.internalStore, key);
    expect(read).to.have.length(bytes.length);
    expect(read?.equals(bytes)).to.equal(false);
  });

  // Under Node 24 a reset takes the library's other connections along; they are tried again.
  for (const [fault, most] of [
    ['truncated', 9],
    ['reset', 16],
    ['damaged', 8],
  ] as const) {
    it(`completes every other download beside one that is ${fault}`, async () => {
      gcs.server.faults.push(fault);
      const reads = Array.from({ length: 8 }, () => contentOf(gcs.internalStore, key));
      for (const read of await Promise.all(reads)) expect(read).to.have.length(bytes.length);
      expect(gcs.server.requests).to.have.length.within(fault === 'damaged' ? 8 : 9, most);
    });
  }

  it('returns undefined for an object that does not exist', async () => {
    expect(await contentOf(gcs.internalStore, newKey())).to.equal(undefined);
    expect(gcs.server.requests).to.have.length(1);
  });

  const final: Record<string, { faults: Fault[]; code: unknown }> = {
    'a storage that always stalls': { faults: ['stall', 'stall', 'stall'], code: 'ETIMEDOUT' },
    'a download that always ends early': {
      faults: ['truncated', 'truncated', 'truncated'],
      code: 'ETIMEDOUT',
    },
    'a storage that stays away': { faults: [503, 503, 503, 503, 503], code: 503 },
    'a missing right': { faults: [403], code: 403 },
  };
  for (const [name, { faults, code }] of Object.entries(final)) {
    it(`rejects ${name}`, async () => {
      gcs.server.faults.push(...faults);
      expect(await rejection(contentOf(gcs.internalStore, key))).to.include({ code });
    });
  }

  it('refuses a malformed key without asking the server', async () => {
    const error = await rejection(contentOf(gcs.internalStore, 'resumes/../x'));
    expect(error.message).to.include('resumes/<uuid>');
    expect(gcs.server.requests).to.be.empty;
  });
});

describe('createGcsStore, remove', () => {
  let gcs: GcsFixture;
  let key: string;

  beforeEach(async () => {
    gcs = await startGcs();
    key = newKey();
    await gcs.publicStore.create(key, await gcs.spool(bytes));
  });

  afterEach(async () => {
    await gcs.close();
  });

  it('removes the object, and succeeds when there is none', async () => {
    await gcs.internalStore.remove(key);
    await gcs.internalStore.remove(key);
    expect(await contentOf(gcs.internalStore, key)).to.equal(undefined);
  });

  for (const fault of [503, 'stall'] as const) {
    it(`survives ${fault}`, async () => {
      gcs.server.faults.push(fault);
      await gcs.internalStore.remove(key);
      expect(await contentOf(gcs.internalStore, key)).to.equal(undefined);
    });
  }

  it('rejects a missing permission, and removes nothing', async () => {
    expect(await rejection(gcs.publicStore.remove(key))).to.include({ code: 403 });
    expect(await contentOf(gcs.internalStore, key)).to.have.length(bytes.length);
  });
});

describe('the identities of the bucket', () => {
  let gcs: GcsFixture;

  before(async () => {
    gcs = await startGcs();
  });

  after(async () => {
    await gcs.close();
  });

  it('lets the public one neither read what it stored nor learn what is missing', async () => {
    const key = newKey();
    await gcs.publicStore.create(key, await gcs.spool(bytes));
    expect(await rejection(contentOf(gcs.publicStore, key))).to.include({ code: 403 });
    expect(await rejection(contentOf(gcs.publicStore, newKey()))).to.include({ code: 403 });
  });

  it('lets the internal one store nothing', async () => {
    const file = await gcs.spool(bytes);
    expect(await rejection(gcs.internalStore.create(newKey(), file))).to.include({ code: 403 });
  });

  it('is ready for what it is for, and for no more', async () => {
    await gcs.publicStore.checkWritable();
    await gcs.internalStore.checkReadable();
    const get = { code: 'storage.objects.get' };
    const create = { code: 'storage.objects.create' };
    expect(await rejection(gcs.publicStore.checkReadable())).to.include(get);
    expect(await rejection(gcs.internalStore.checkWritable())).to.include(create);
    const nobody = await gcs.storeAs([]);
    expect(await rejection(nobody.checkWritable())).to.include(create);
  });

  it('is ready at an emulator that knows no permissions, where the bucket exists', async () => {
    const store = gcs.storeAt(await gcs.server.emulator());
    await store.checkWritable();
    await store.checkReadable();
    const elsewhere = createGcsStore({
      bucket: 'another',
      projectId: 'firm',
      apiEndpoint: await gcs.server.emulator(),
    });
    expect(await rejection(elsewhere.checkReadable())).to.include({ code: 'storage.objects.get' });
  });

  it('is not ready while the storage stalls', async () => {
    const server = createServer((socket) => socket.resume()); // says nothing
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const store = gcs.storeAt(`http://127.0.0.1:${port}`);
    expect(await rejection(store.checkWritable())).to.include({ code: 'ETIMEDOUT' });
    await new Promise((resolve) => server.close(resolve));
  });
});
