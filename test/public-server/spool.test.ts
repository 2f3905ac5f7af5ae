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
    const stream = new Readable({ objectMode: true, read: () => undefined });
    stream.push(42); // no bytes, so that writing it fails
    const failure = await new Promise<unknown>((resolve) => {
      spool._handleFile({} as never, { stream } as unknown as Incoming, resolve);
    });
    expect(failure).to.be.an('error');
    expect(stream.destroyed).to.be.false;
    expect(await readdir(folder)).to.be.empty;
    await rm(folder, { recursive: true });
  });
});
