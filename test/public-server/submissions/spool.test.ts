import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  createSpool,
  writeAll,
  type Spool,
  type SpooledResume,
} from '../../../public-server/submissions/spool';
import { temporaryFolder } from '../../support/process/postgres';
import { spooledFile } from '../../support/apps/spooled';

type Incoming = Parameters<Spool['_handleFile']>[1];

describe('createSpool', () => {
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

  it('keeps nothing of an aborted upload', async () => {
    const folder = await temporaryFolder();
    const spool = await createSpool(folder);
    const stream = new Readable({ read: () => undefined });
    stream.on('error', () => undefined); // as multer does
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

  for (const isTaken of [false, true]) {
    it(`${isTaken ? 'leaves' : 'removes'} a file that is ${isTaken ? '' : 'not '}taken`, async () => {
      const folder = await temporaryFolder();
      const spool = await createSpool(folder);
      const file = await spooledFile(folder, Buffer.from('resume'));
      await spool.discard({ ...file, isTaken });
      expect(await readdir(folder)).to.have.lengthOf(isTaken ? 1 : 0);
      await rm(folder, { recursive: true });
    });
  }

  it('returns the start of a file, however it was chunked', async () => {
    const folder = await temporaryFolder();
    const spool = await createSpool(folder);
    const bytes = randomBytes(3000);
    const stream = Readable.from([
      bytes.subarray(0, 1),
      bytes.subarray(1, 900),
      bytes.subarray(900),
    ]);
    const file = await receive(spool, stream);
    expect(file.head).to.deep.equal(bytes.subarray(0, 1024));
    expect(await readFile(file.path)).to.deep.equal(bytes);
    await spool.discard(file);
    await rm(folder, { recursive: true });
  });

  it('writes each chunk at once during many uploads', async () => {
    const folder = await temporaryFolder();
    const spool = await createSpool(folder);
    const streams = Array.from({ length: 33 }, () => new Readable({ read: () => undefined }));
    const received = streams.map((stream) => receive(spool, stream));
    streams[0]!.push('resume');
    const sizes = async () =>
      Promise.all(
        (await readdir(folder)).map(async (name) => (await stat(path.join(folder, name))).size),
      );
    while (!(await sizes()).includes(6)) await new Promise((go) => setImmediate(go));
    for (const stream of streams) stream.push(null);
    for (const file of await Promise.all(received)) await spool.discard(file);
    expect(await readdir(folder)).to.be.empty;
    await rm(folder, { recursive: true });
  });

  it('writes everything, even when the system accepts only a part at first', async () => {
    let written = '';
    const handle = {
      writev(chunks: Buffer[]) {
        written += chunks.join('').slice(0, 4);
        return Promise.resolve({ bytesWritten: 4 });
      },
      writeFile(rest: Buffer) {
        written += rest.toString();
        return Promise.resolve();
      },
    };
    await writeAll(handle as unknown as FileHandle, [Buffer.from('abc'), Buffer.from('def')]);
    expect(written).to.equal('abcdef');
  });
});

function receive(spool: Spool, stream: Readable): Promise<SpooledResume> {
  return new Promise((resolve) => {
    spool._handleFile({} as never, { stream } as unknown as Incoming, (_error, file) => {
      resolve(file as unknown as SpooledResume);
    });
  });
}
