/** Lets a number of holders in at once; the others wait their turn, in order. */
export interface Slots {
  /** Resolves with the function that gives the place back; rejects when none is free by `end`. */
  take(end: number): Promise<() => void>;
}

export function createSlots(count: number): Slots {
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
          reject(Object.assign(new Error('No place became free'), { code: 'ETIMEDOUT' }));
        }, end - performance.now());
        if (free > 0) enter();
        else waiting.add(enter);
      }),
  };
}
