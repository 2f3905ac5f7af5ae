import { expect } from 'chai';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { consume } from '../../public-server/consume';
import { rejection } from '../support/rejection';

const pieces = ['a', 'bc', 'def'].map((text) => Buffer.from(text));
const upload = () => Readable.from(pieces, { objectMode: false });

describe('consuming an upload', () => {
  it('takes one piece after the other, and waits for the last', async () => {
    const taken: string[] = [];
    let underWay = 0;
    const bytes = await consume(upload(), async (piece) => {
      expect(++underWay).to.equal(1);
      for (let turns = 0; turns < 20; turns++) await turn();
      taken.push(piece.toString());
      underWay--;
    });
    expect(bytes).to.equal(6);
    expect(taken.join('')).to.equal('abcdef');
  });

  for (const [name, bad] of [
    ['first', 'a'],
    ['last', 'def'],
  ] as const) {
    it(`fails with what the ${name} piece failed with, however late`, async () => {
      const stream = upload();
      const failing = consume(stream, async (piece) => {
        for (let turns = 0; turns < 20; turns++) await turn();
        if (piece.toString() === bad) throw new Error('disk full');
      });
      expect((await rejection(failing)).message).to.equal('disk full');
    });
  }

  it('fails with what the upload broke off with', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push('resume');
    const failing = consume(stream, () => Promise.resolve());
    stream.destroy(new Error('gone'));
    expect((await rejection(failing)).message).to.equal('gone');
  });
});
