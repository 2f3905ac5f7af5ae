import { Storage, type Bucket } from '@google-cloud/storage';
import { httpStatusOf } from '../../resilience/http-status';
import { retry } from '../../resilience/retry';
import { withTimeout } from '../../resilience/timeout';

const maxAttempts = 5;
const firstPauseMs = 200;
const networkErrors =
  /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE)$/;

type Request = ReturnType<Bucket['interceptors'][number]['request']>;

export interface GcsOptions {
  bucket: string;
  projectId: string | undefined;
  /** An emulator's; requests to it are not authenticated. */
  apiEndpoint: string | undefined;
}

export interface Attempt {
  /** How long this attempt may take. */
  ms: number;
  /** Aborted once that time is over. */
  signal: AbortSignal;
  isRetry: boolean;
}

/** Our identity lacks a permission, which the log shows as its code. */
class NotGrantedError extends Error {
  constructor(readonly code: string) {
    super(`Not granted: ${code}`);
    this.name = 'NotGrantedError';
  }
}

export function openBucket({ bucket: name, projectId, apiEndpoint }: GcsOptions) {
  const storage = new Storage({
    ...(projectId && { projectId }),
    ...(apiEndpoint && { apiEndpoint }),
    retryOptions: { autoRetry: false }, // with its own deadline, calls may never settle
  });

  /**
   * Runs `work` until it succeeds, within `ms` in all, of which one attempt may use half. `end` is
   * given when part of that time is already over.
   */
  const run = <T>(
    ms: number,
    work: (bucket: Bucket, attempt: Attempt) => Promise<T>,
    end = performance.now() + ms,
  ): Promise<T> =>
    attemptUntil(end, ms / 2, (attempt) => {
      const bucket = storage.bucket(name);
      // Closes the connection, too; the library's own option is for the client as a whole.
      bucket.interceptors.push({
        request: (request) => ({ ...(request as Request), timeout: attempt.ms }),
      });
      return work(bucket, attempt);
    });

  async function isGranted(bucket: Bucket, permission: string): Promise<boolean> {
    try {
      const [granted] = await bucket.iam.testPermissions(permission);
      return granted[permission] === true;
    } catch (error) {
      if (!apiEndpoint || !isMissing(error)) throw error;
      return exists(bucket); // an emulator without permissions
    }
  }

  return {
    run,
    /** Rejects when our identity lacks this permission. */
    checkGranted: (permission: string, ms: number): Promise<void> =>
      run(ms, async (bucket) => {
        if (!(await isGranted(bucket, permission))) throw new NotGrantedError(permission);
      }),
  };
}

export function isMissing(error: unknown): boolean {
  return httpStatusOf(error) === 404;
}

/** The library's own takes a `code` of "404" for a failure. */
async function exists(bucket: Bucket): Promise<boolean> {
  try {
    await bucket.getMetadata();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Runs `attempt` until it succeeds, fails for a permanent reason, or `until` is reached (in
 * milliseconds of `performance.now()`). An attempt takes `attemptMs` at most, so that one that
 * stalls leaves time for another.
 */
function attemptUntil<T>(
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

/** The library's timeouts are FetchErrors without a status. */
function isTransient(error: unknown): boolean {
  const status = httpStatusOf(error);
  if (status !== undefined) return status === 408 || status === 429 || status >= 500;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return name === 'FetchError' || (typeof code === 'string' && networkErrors.test(code));
}
