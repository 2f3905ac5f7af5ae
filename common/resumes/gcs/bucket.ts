import { Storage, type Bucket } from '@google-cloud/storage';
import { attemptUntil, type Attempt } from './attempts';

type Request = ReturnType<Bucket['interceptors'][number]['request']>;

export interface GcsOptions {
  bucket: string;
  projectId: string | undefined;
  /** An emulator's; requests to it are not authenticated. */
  apiEndpoint: string | undefined;
}

export interface GcsBucket {
  /**
   * Runs `work` until it succeeds, within `ms` in all, of which one attempt may use half. `end` is
   * given when part of that time is already over.
   */
  run<T>(
    ms: number,
    work: (bucket: Bucket, attempt: Attempt) => Promise<T>,
    end?: number,
  ): Promise<T>;
  /** Rejects when our identity lacks this permission. */
  checkGranted(permission: string, ms: number): Promise<void>;
}

/** Our identity lacks a permission, which the log shows as its code. */
class NotGrantedError extends Error {
  constructor(readonly code: string) {
    super(`Not granted: ${code}`);
    this.name = 'NotGrantedError';
  }
}

export function openBucket({ bucket: name, projectId, apiEndpoint }: GcsOptions): GcsBucket {
  const storage = new Storage({
    ...(projectId && { projectId }),
    ...(apiEndpoint && { apiEndpoint }),
    retryOptions: { autoRetry: false }, // with its own deadline, calls may never settle
  });

  const run: GcsBucket['run'] = (ms, work, end = performance.now() + ms) =>
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
      return (await bucket.exists())[0]; // an emulator without permissions
    }
  }

  return {
    run,
    checkGranted: (permission, ms) =>
      run(ms, async (bucket) => {
        if (!(await isGranted(bucket, permission))) throw new NotGrantedError(permission);
      }),
  };
}

export function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === 404;
}
