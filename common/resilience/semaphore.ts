import { TimeoutError } from './timeout';

/** Admits up to `count` holders at once. The others wait, and are admitted in order. */
export function createSemaphore(count: number) {
  const waiting = new Set<() => void>();
  let free = count;

  function release(): void {
    free++;
    const [next] = waiting;
    next?.();
  }

  return {
    /** Resolves with the function that releases the slot. Rejects at `until`, a `performance.now()`. */
    take: (until: number): Promise<() => void> =>
      new Promise((resolve, reject) => {
        const enter = () => {
          clearTimeout(timer);
          waiting.delete(enter);
          free--;
          resolve(release);
        };
        const timer = setTimeout(() => {
          waiting.delete(enter);
          reject(new TimeoutError('No slot became free in time'));
        }, until - performance.now());
        if (free > 0) enter();
        else waiting.add(enter);
      }),
  };
}
