import { TimeoutError } from './timeout';

/** Lets a number of holders in at once; the others wait their turn, in order. */
export interface Semaphore {
  /** Resolves with the function that gives the place back; rejects when none is free by `end`. */
  take(end: number): Promise<() => void>;
}

export function createSemaphore(count: number): Semaphore {
  const waiting = new Set<() => void>();
  let free = count;

  function giveBack(): void {
    free++;
    const [next] = waiting;
    next?.();
  }

  return {
    take: (end) =>
      new Promise((resolve, reject) => {
        const enter = () => {
          clearTimeout(timer);
          waiting.delete(enter);
          free--;
          resolve(giveBack);
        };
        const timer = setTimeout(() => {
          waiting.delete(enter);
          reject(new TimeoutError('No place became free'));
        }, end - performance.now());
        if (free > 0) enter();
        else waiting.add(enter);
      }),
  };
}
