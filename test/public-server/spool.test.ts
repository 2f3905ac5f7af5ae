import { expect } from 'chai';
import { readdir, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createSpool, type Spool } from '../../public-server/spool';
import { temporaryFolder } from '../support/postgres';

type Incoming = Parameters<Spool['_handleFile']>[1];

describe('the spool', () => {
  it('leaves the upload itself whole when a file cannot be written', async () => {
    const folder = await temporaryFolder();
    const spool = await createSpool(folder);
    await rm(folder, { recursive: true });
    const stream = new Readable({ read: () => undefined });
    stream.push('resume');
    const failure = await new Promise<unknown>((resolve) => {
      spool._handleFile({} as never, { stream } as unknown as Incoming, resolve);
    });
    expect(failure).to.be.an('error');
    expect(stream.destroyed).to.be.false;
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const folder = await temporaryFolder();
    const spool = await createSpool(folder);
    const stream = new Readable({ read: () => undefined });
    stream.push('resume');
    const failure = new Promise<unknown>((resolve) => {
      spool._handleFile({} as never, { stream } as unknown as Incoming, resolve);
    });
    while ((await readdir(folder)).length === 0) await new Promise((go) => setImmediate(go));
    stream.destroy(new Error('gone'));
    expect(await failure).to.have.property('message', 'gone');
    expect(await readdir(folder)).to.be.empty;
    await rm(folder, { recursive: true });
  });
});
