import { expect } from 'chai';
import { rejection } from '../../support/rejection';
import { createHashQueue } from '../../../common/accounts/hash-queue';

/** Occupies the queue until it is released, and returns what ran after that, in order. */
function besieged() {
  const inTurn = createHashQueue();
  const ran: string[] = [];
  const work = (name: string) => () => Promise.resolve(ran.push(name));
  let finish: (() => void) | undefined;
  const first = inTurn({ priority: 0 }, () => new Promise<void>((done) => (finish = done)));
  return {
    inTurn,
    ran,
    work,
    release: async () => {
      await Promise.resolve(); // until the first has started
      finish?.();
      await first;
    },
  };
}

const codeOf = async (asked: Promise<unknown>) => {
  const result = await asked.catch((error: unknown) => error);
  return result instanceof Error ? (result as NodeJS.ErrnoException).code : undefined;
};

describe('createHashQueue', () => {
  it('serves who is signed in, then known origins, then who failed least', async () => {
    const { inTurn, ran, work, release } = besieged();
    const asked = [
      inTurn({ priority: -9, place: 'guesser' }, work('guesser')),
      inTurn({ priority: 0, place: 'newcomer' }, work('newcomer')),
      inTurn({ priority: 1000, place: 'known' }, work('known')),
      inTurn({ priority: Number.MAX_SAFE_INTEGER }, work('signed in')),
    ];
    await release();
    await Promise.all(asked);
    expect(ran).to.deep.equal(['signed in', 'known', 'newcomer', 'guesser']);
  });

  it('serves each place once before any of them twice', async () => {
    const { inTurn, ran, work, release } = besieged();
    const places = ['a', 'a', 'a', 'b', 'c', 'b'];
    const asked = places.map((place) => inTurn({ priority: 0, place }, work(place)));
    await release();
    await Promise.all(asked);
    expect(ran).to.deep.equal(['a', 'b', 'c', 'a', 'b', 'a']);
  });

  it('gives one place six turns at a time, and gives them back', async () => {
    const { inTurn, work, release } = besieged();
    const ask = () => inTurn({ priority: 0, place: 'a' }, work('a'));
    const asked = Array.from({ length: 6 }, ask);
    expect(await codeOf(ask())).to.equal('EBUSY');
    await release();
    await Promise.all(asked);
    expect(await codeOf(ask())).to.be.undefined;
  });

  it('refuses the strangers who failed most when there are too many, and nobody else', async () => {
    const { inTurn, ran, work, release } = besieged();
    const ask = (name: string, priority: number) =>
      codeOf(inTurn({ priority, place: name }, work(name)));
    const guessers = Array.from({ length: 30 }, (_, i) => ask(`guesser ${i}`, -1 - i));
    const others = [ask('newcomer', 0), ask('known', 1)];
    expect(await guessers[29]).to.equal('EBUSY');
    expect(await ask('guesser 30', -50)).to.equal('EBUSY');
    await release();
    await Promise.all([...guessers, ...others]);
    expect(ran.slice(0, 2)).to.deep.equal(['known', 'newcomer']);
    expect(ran).to.have.length(31);
  });

  it('refuses everybody beyond sixty', async () => {
    const { inTurn, ran, work, release } = besieged();
    const ask = (i: number) => inTurn({ priority: 1, place: `known ${i}` }, work('known'));
    const asked = Array.from({ length: 60 }, (_, i) => ask(i));
    expect(await codeOf(ask(60))).to.equal('EBUSY');
    await release();
    await Promise.all(asked);
    expect(ran).to.have.length(60);
  });

  it('goes on after work that failed', async () => {
    const inTurn = createHashQueue();
    const failing = inTurn({ priority: 0, place: 'a' }, () => Promise.reject(new Error('refused')));
    expect((await rejection(failing)).message).to.equal('refused');
    expect(await inTurn({ priority: 0, place: 'a' }, () => Promise.resolve('done'))).to.equal(
      'done',
    );
  });
});
