import { setTimeout as sleep } from 'node:timers/promises';

export interface Attempt {
  /** How long this one may take. */
  ms: number;
  /** Aborted once that time is over. */
  signal: AbortSignal;
  isRetry: boolean;
}

const maxAttempts = 5;
const firstPauseMs = 200;
const networkErrors =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE)$/;

/**
 * Runs `attempt` again until it succeeds, fails for a reason that stays, or `end` is reached (of
 * `performance.now()`). No attempt takes more than `attemptMs`, so that one that stalls leaves time
 * for another.
 */
export async function attemptUntil<T>(
  end: number,
  attemptMs: number,
  attempt: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      const ms = Math.min(attemptMs, end - performance.now());
      return await within(ms, (signal) => attempt({ ms, signal, isRetry: n > 1 }));
    } catch (error) {
      const pauseMs = firstPauseMs * 2 ** (n - 1) * (0.5 + Math.random() / 2);
      const isLast = n === maxAttempts || performance.now() + pauseMs >= end;
      if (isLast || !isTransient(error)) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Rejects with ETIMEDOUT after `ms`, even when `work` never settles. */
async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error('The storage took too long'), { code: 'ETIMEDOUT' }));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** The library puts an HTTP status into `code`; its timeouts are FetchErrors without one. */
function isTransient(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === 'number') return code === 408 || code === 429 || code >= 500;
  return name === 'FetchError' || (typeof code === 'string' && networkErrors.test(code));
}
