import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contentOf } from '../../../support/apps/content-of';
import { createLocalResumes, type Resumes } from '../../../support/apps/local-resumes';
import { temporaryFolder } from '../../../support/process/postgres';
import { rejection } from '../../../support/rejection';
import { spooledFile } from '../../../support/apps/spooled';

const shm = '/dev/shm'; // memory that Linux shows as a disk

describe('createLocalIntake and createLocalStore', () => {
  let folder: string;
  let store: Resumes;
  const newKey = () => `resumes/${randomUUID()}`;

  beforeEach(async () => {
    folder = await temporaryFolder();
    store = await createLocalResumes(folder);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('return what was stored, byte for byte', async () => {
    const bytes = Buffer.from([0, 1, 2, 255, 13, 10]);
    const key = newKey();
    await store.create(key, await spooledFile(folder, bytes));
    expect(await contentOf(store, key)).to.deep.equal(bytes);
  });

  it('moves the spooled file', async () => {
    const file = await spooledFile(folder, Buffer.from('one'));
    const key = newKey();
    await store.create(key, file);
    expect(file.isTaken).to.equal(true);
    expect(existsSync(file.path)).to.equal(false);
    expect(await readFile(path.join(folder, key), 'utf8')).to.equal('one');
  });

  const hasOtherDisk = existsSync(shm) && statSync(shm).dev !== statSync(tmpdir()).dev;
  (hasOtherDisk ? it : it.skip)(`copies a file from another disk (${shm})`, async () => {
    const elsewhere = await mkdtemp(path.join(shm, 'lead-intake-'));
    try {
      const file = await spooledFile(elsewhere, Buffer.from('one'));
      const key = newKey();
      await store.create(key, file);
      expect(file.isTaken).to.equal(false);
      expect(existsSync(file.path)).to.equal(true);
      expect((await contentOf(store, key))?.toString()).to.equal('one');
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it('never replaces an object, and leaves the second file where it was', async () => {
    const key = newKey();
    await store.create(key, await spooledFile(folder, Buffer.from('first')));
    const second = await spooledFile(folder, Buffer.from('second'));
    expect(await rejection(store.create(key, second))).to.include({ code: 'EEXIST' });
    expect((await contentOf(store, key))?.toString()).to.equal('first');
    expect(second.isTaken).to.equal(false);
    expect(existsSync(second.path)).to.equal(true);
  });

  it('removes an object, and succeeds when there is none', async () => {
    const [key, other] = [newKey(), newKey()];
    await store.create(key, await spooledFile(folder, Buffer.from('one')));
    await store.create(other, await spooledFile(folder, Buffer.from('other')));
    await store.remove(key);
    await store.remove(key);
    expect(await contentOf(store, key)).to.equal(undefined);
    expect((await contentOf(store, other))?.toString()).to.equal('other');
  });

  it('returns undefined for an object that does not exist', async () => {
    expect(await contentOf(store, newKey())).to.equal(undefined);
  });

  for (const key of ['resumes/../secret', '/etc/passwd', 'resumes/', `other/${randomUUID()}`, '']) {
    it(`refuses the key ${JSON.stringify(key)}`, async () => {
      const file = await spooledFile(folder, Buffer.from('one'));
      expect((await rejection(store.create(key, file))).message).to.include('resumes/<uuid>');
      expect((await rejection(contentOf(store, key))).message).to.include('resumes/<uuid>');
      expect((await rejection(store.remove(key))).message).to.include('resumes/<uuid>');
      expect(await readdir(path.join(folder, 'resumes'))).to.be.empty;
    });
  }

  it('finds objects of an earlier process', async () => {
    const key = newKey();
    await store.create(key, await spooledFile(folder, Buffer.from('kept')));
    const next = await createLocalResumes(folder);
    expect((await contentOf(next, key))?.toString()).to.equal('kept');
  });

  it('is ready while its folder is there', async () => {
    await store.checkWritable();
    await store.checkReadable();
    await rm(path.join(folder, 'resumes'), { recursive: true });
    expect(await rejection(store.checkWritable())).to.include({ code: 'ENOENT' });
    expect(await rejection(store.checkReadable())).to.include({ code: 'ENOENT' });
  });
});
