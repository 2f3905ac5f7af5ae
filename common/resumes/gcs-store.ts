import { Storage, type Bucket } from '@google-cloud/storage';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { attemptUntil, type Attempt } from './gcs-attempts';
import { readPage } from './gcs-list';
import { md5Of, upload } from './gcs-upload';
import { checkKey } from './key';
import { createSemaphore } from '../resilience/semaphore';
import type { ResumeStore } from './store';

type Request = ReturnType<Bucket['interceptors'][number]['request']>;

export interface GcsOptions {
  bucket: string;
  projectId: string | undefined;
  /** An emulator's; requests to it are not authenticated. */
  apiEndpoint: string | undefined;
}

/** Each is a limit for the whole, attempts and waiting included. */
export interface GcsPace {
  /** For an upload of nothing; one of something may take longer, by its size. */
  uploadMs: number;
  uploadBytesPerMs: number;
  readMs: number;
  checkMs: number;
}

// An empty form's sender waits 4 s at most. Each 512 KiB add a second, of which one attempt may use
// half: 1 MiB/s then suffices, and any data centre offers many times that.
const usualPace: GcsPace = { uploadMs: 4000, uploadBytesPerMs: 524, readMs: 10_000, checkMs: 3000 };
const maxUploads = 16; // each takes 2 to 4 MB of memory

/** Keeps each object in a bucket of Google Cloud Storage. */
export function createGcsStore(options: GcsOptions, pace: GcsPace = usualPace): ResumeStore {
  const { apiEndpoint, projectId } = options;
  const storage = new Storage({
    ...(projectId && { projectId }),
    ...(apiEndpoint && { apiEndpoint }),
    retryOptions: { autoRetry: false }, // with its own deadline, calls may never settle
  });
  const slots = createSemaphore(maxUploads);

  function tryFor<T>(
    ms: number,
    end: number,
    work: (bucket: Bucket, attempt: Attempt) => Promise<T>,
  ): Promise<T> {
    return attemptUntil(end, ms / 2, (attempt) => {
      const bucket = storage.bucket(options.bucket);
      // Closes the connection, too; the library's own option is for the client as a whole.
      bucket.interceptors.push({
        request: (request) => ({ ...(request as Request), timeout: attempt.ms }),
      });
      return work(bucket, attempt);
    });
  }

  async function check(permission: string): Promise<void> {
    await tryFor(pace.checkMs, performance.now() + pace.checkMs, async (bucket) => {
      if (await isGranted(bucket, permission)) return;
      throw Object.assign(new Error(`Not granted: ${permission}`), { code: permission });
    });
  }

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
    async create(key, file) {
      const name = checkKey(key);
      const ms = pace.uploadMs + file.bytes / pace.uploadBytesPerMs;
      const end = performance.now() + ms;
      const giveBack = await slots.take(end);
      try {
        const md5 = await md5Of(file);
        await tryFor(ms, end, (bucket, attempt) => upload(bucket.file(name), file, md5, attempt));
      } finally {
        giveBack();
      }
    },

    async read(key) {
      const name = checkKey(key);
      const end = performance.now() + pace.readMs;
      try {
        return await tryFor(pace.readMs, end, async (bucket) => {
          // Validating, the library would end all its connections at a wrong hash.
          const [bytes] = await bucket.file(name).download({ validation: false });
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          return { bytes: bytes.length, sha256, content: Readable.from([bytes]) };
        });
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async remove(key) {
      const name = checkKey(key);
      const end = performance.now() + pace.readMs;
      await tryFor(pace.readMs, end, async (bucket) => {
        await bucket.file(name).delete({ ignoreNotFound: true });
      });
    },

    async *list() {
      let token: string | undefined;
      do {
        const end = performance.now() + pace.readMs;
        const page = await tryFor(pace.readMs, end, (bucket) => readPage(bucket, token));
        yield page;
        token = page.next;
      } while (token);
    },

    checkWritable: () => check('storage.objects.create'),
    checkReadable: () => check('storage.objects.get'),
  };
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === 404;
}
