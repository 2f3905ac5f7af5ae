import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** No attempt starts after this time of `performance.now()`. */
  until: number;
  isTransient: (error: unknown) => boolean;
  /** The pause after an attempt; the first attempt is 1. */
  pauseMs: (attempt: number) => number;
  maxAttempts?: number;
}

/** Runs `work` until it succeeds, and rejects with the last error when it must not be tried again. */
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
