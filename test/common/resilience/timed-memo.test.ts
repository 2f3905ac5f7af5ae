import { expect } from 'chai';
import { createTimedMemo } from '../../../common/resilience/timed-memo';
import { rejection } from '../../support/rejection';

describe('createTimedMemo', () => {
  function create(options: { keepMs: number; keepFailureMs?: number }) {
    const clock = { now: 0 };
    const reads: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
    const read = createTimedMemo(
      () => new Promise<string>((resolve, reject) => void reads.push({ resolve, reject })),
      { ...options, now: () => clock.now },
    );
    return { clock, reads, read };
  }

  it('reads once in each period, counted from the end of the read', async () => {
    const { clock, reads, read } = create({ keepMs: 100 });
    const first = read();
    clock.now = 500; // a slow read is not joined by a second one
    const same = read();
    reads[0]!.resolve('a');
    expect(await Promise.all([first, same])).to.deep.equal(['a', 'a']);
    clock.now = 599;
    expect(await read()).to.equal('a');
    clock.now = 600;
    const second = read();
    reads[1]!.resolve('b');
    expect(await second).to.equal('b');
    expect(reads).to.have.length(2);
  });

  it('keeps a failure as long as a result', async () => {
    const { clock, reads, read } = create({ keepMs: 100 });
    const first = read();
    reads[0]!.reject(new Error('away'));
    expect((await rejection(first)).message).to.equal('away');
    clock.now = 99;
    await rejection(read());
    expect(reads).to.have.length(1);
  });

  it('reads again at once after a failure that is not kept', async () => {
    const { reads, read } = create({ keepMs: 100, keepFailureMs: 0 });
    const first = read();
    reads[0]!.reject(new Error('away'));
    await rejection(first);
    const second = read();
    reads[1]!.resolve('b');
    expect(await second).to.equal('b');
  });
});
