import { expect } from 'chai';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { readInBatches } from '../../../public-server/submissions/read-in-batches';
import { rejection } from '../../support/rejection';

const pieces = ['a', 'bc', 'def'].map((text) => Buffer.from(text));
const upload = () => Readable.from(pieces, { objectMode: false });
const nothing = () => 0;

describe('readInBatches', () => {
  it('takes one chunk after the other, and waits for the last', async () => {
    const taken: string[] = [];
    let underWay = 0;
    const bytes = await readInBatches(upload(), nothing, async (chunks) => {
      expect(++underWay).to.equal(1);
      for (let turns = 0; turns < 20; turns++) await turn();
      taken.push(Buffer.concat(chunks).toString());
      underWay--;
    });
    expect(bytes).to.equal(6);
    expect(taken).to.deep.equal(['a', 'bc', 'def']);
  });

  it('takes gathered chunks together, and the rest at the end', async () => {
    const taken: string[][] = [];
    const bytes = await readInBatches(
      upload(),
      () => 3,
      (chunks) => {
        taken.push(chunks.map(String));
        return Promise.resolve();
      },
    );
    expect(bytes).to.equal(6);
    expect(taken).to.deep.equal([['a', 'bc'], ['def']]);
  });

  it('gathers 64 chunks at most, however small', async () => {
    const one = Array.from({ length: 150 }, () => Buffer.from('x'));
    const bytes = Readable.from(one, { objectMode: false });
    const taken: number[] = [];
    await readInBatches(
      bytes,
      () => 1000,
      (chunks) => {
        taken.push(chunks.length);
        return Promise.resolve();
      },
    );
    expect(taken).to.deep.equal([64, 64, 22]);
  });

  for (const [name, bad] of [
    ['first', 'a'],
    ['last', 'def'],
  ] as const) {
    it(`rejects with the error of the ${name} chunk, however late`, async () => {
      const stream = upload();
      const failing = readInBatches(stream, nothing, async (chunks) => {
        for (let turns = 0; turns < 20; turns++) await turn();
        if (chunks.join('') === bad) throw new Error('disk full');
      });
      expect((await rejection(failing)).message).to.equal('disk full');
    });
  }

  it('rejects with the error of an aborted upload', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push('resume');
    const failing = readInBatches(stream, nothing, () => Promise.resolve());
    stream.destroy(new Error('gone'));
    expect((await rejection(failing)).message).to.equal('gone');
  });
});
