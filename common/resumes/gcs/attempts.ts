import { retry } from '../../resilience/retry';
import { withTimeout } from '../../resilience/timeout';

export interface Attempt {
  /** How long this attempt may take. */
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
 * Runs `attempt` until it succeeds, fails for a permanent reason, or `until` is reached (in
 * milliseconds of `performance.now()`). An attempt takes `attemptMs` at most, so that one that
 * stalls leaves time for another.
 */
export function attemptUntil<T>(
  until: number,
  attemptMs: number,
  attempt: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  return retry(
    (number) => {
      const ms = Math.min(attemptMs, until - performance.now());
      return withTimeout(ms, (signal) => attempt({ ms, signal, isRetry: number > 1 }));
    },
    {
      until,
      isTransient,
      maxAttempts,
      pauseMs: (number) => firstPauseMs * 2 ** (number - 1) * (0.5 + Math.random() / 2),
    },
  );
}

/** The library puts the HTTP status into `code`. Its timeouts are FetchErrors without one. */
function isTransient(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === 'number') return code === 408 || code === 429 || code >= 500;
  return name === 'FetchError' || (typeof code === 'string' && networkErrors.test(code));
}
