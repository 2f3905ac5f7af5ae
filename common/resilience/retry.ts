import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** No attempt starts after this time, in milliseconds of `performance.now()`. */
  until: number;
  isTransient: (error: unknown) => boolean;
  /** The pause after the given attempt, of which the first is 1. */
  pauseMs: (attempt: number) => number;
  maxAttempts?: number;
}

/** Runs `work` until it succeeds. Rejects with its last error when that stays or the time is up. */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  { until, isTransient, pauseMs, maxAttempts = Infinity }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const pause = pauseMs(attempt);
      const isLast = attempt >= maxAttempts || performance.now() + pause >= until;
      if (isLast || !isTransient(error)) throw error;
      await sleep(pause);
    }
  }
}
