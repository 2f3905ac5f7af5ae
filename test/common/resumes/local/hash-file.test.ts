import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hashFile } from '../../../../common/resumes/local/hash-file';
import { rejection } from '../../../support/rejection';
import { temporaryFolder } from '../../../support/process/postgres';

describe('hashFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function hashed(content: Buffer) {
    const file = path.join(folder, `${content.length}`);
    await writeFile(file, content);
    const handle = await open(file);
    try {
      return await hashFile(handle.fd);
    } finally {
      await handle.close();
    }
  }

  it('hashes files of any size, several at the same time', async () => {
    const piece = 512 * 1024;
    const contents = [0, 1, piece - 1, piece, piece + 1, 3 * piece + 7].map((n) => randomBytes(n));
    expect(await Promise.all(contents.map(hashed))).to.deep.equal(
      contents.map((content) => ({
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      })),
    );
  });

  it('says with its code why a file could not be read, and goes on with the next', async () => {
    const handle = await open(folder);
    expect(await rejection(hashFile(handle.fd))).to.include({ code: 'EISDIR' });
    await handle.close();
    expect(await hashed(Buffer.from('abc'))).to.include({ bytes: 3 });
  });
});
