import { expect } from 'chai';
import { open } from 'node:fs/promises';
import { ResumeProblem } from '../../../public-server/resume-check/problem';
import { receivedFile } from '../../../public-server/resume-check/received-file';
import { inFile } from '../../fixtures/check-file';

describe('receivedFile', () => {
  const ranges = [
    ['ends beyond the file', 1, 4],
    ['starts beyond the file', 5, 1],
    ['starts where no number reaches', 2 ** 64, 1],
    ['has no end', 0, Infinity],
  ] as const;
  for (const [name, position, length] of ranges) {
    it(`refuses a range that ${name}`, async () => {
      expect(await readFrom(4, position, length)).to.be.instanceOf(ResumeProblem);
    });
  }

  it('reads up to the end', async () => {
    expect(await readFrom(4, 1, 3)).to.deep.equal(Buffer.from('bcd'));
  });

  it('reads the start from memory, and the rest from the disk', async () => {
    const inMemory = Buffer.from('AB');
    expect(await readFrom(4, 0, 2, inMemory)).to.deep.equal(Buffer.from('AB'));
    expect(await readFrom(4, 1, 2, inMemory)).to.deep.equal(Buffer.from('bc'));
  });

  it('refuses a range that is missing on disk', async () => {
    expect(await readFrom(9, 2, 7)).to.be.instanceOf(ResumeProblem);
  });
});

async function readFrom(
  bytes: number,
  position: number,
  length: number,
  head?: Buffer,
): Promise<unknown> {
  return inFile('abcd', async (path) => {
    const handle = await open(path);
    const read = receivedFile(handle, bytes, head).read(position, length);
    return read.catch((error: unknown) => error).finally(() => handle.close());
  });
}
