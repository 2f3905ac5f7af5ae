import { expect } from 'chai';
import { retry, type RetryOptions } from '../../../common/resilience/retry';
import { TimeoutError, withTimeout } from '../../../common/resilience/timeout';
import { rejection } from '../../support/rejection';

describe('retry', () => {
  const options = (changes: Partial<RetryOptions> = {}): RetryOptions => ({
    until: performance.now() + 5000,
    isTransient: () => true,
    pauseMs: () => 1,
    ...changes,
  });

  it('runs the work until it succeeds', async () => {
    const result = await retry((attempt) => {
      if (attempt < 3) return Promise.reject(new Error('away'));
      return Promise.resolve(attempt);
    }, options());
    expect(result).to.equal(3);
  });

  for (const [name, changes, attempts] of [
    ['a permanent failure', { isTransient: () => false }, 1],
    ['the last of its attempts', { maxAttempts: 2 }, 2],
    ['a pause that would outlast its time', { pauseMs: () => 6000 }, 1],
  ] as const) {
    it(`gives up after ${name}`, async () => {
      let ran = 0;
      const work = () => Promise.reject(new Error(`away ${++ran}`));
      const error = await rejection(retry(work, options(changes)));
      expect(error.message).to.equal(`away ${attempts}`);
    });
  }
});

describe('withTimeout', () => {
  it('resolves as the work does', async () => {
    expect(await withTimeout(1000, () => Promise.resolve('done'))).to.equal('done');
  });

  it('rejects with ETIMEDOUT and aborts the work that never settles', async () => {
    let aborted: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      aborted = signal;
      return new Promise<never>(() => undefined);
    };
    const error = await rejection(withTimeout(5, work));
    expect(error).to.be.instanceOf(TimeoutError);
    expect(error.code).to.equal('ETIMEDOUT');
    expect(aborted?.aborted).to.equal(true);
  });
});
