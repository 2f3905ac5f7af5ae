import type { File } from '@google-cloud/storage';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { httpStatusOf } from '../../resilience/http-status';
import { createSemaphore } from '../../resilience/semaphore';
import type { ResumeIntake, SpooledFile } from '../intake';
import { checkKey } from '../key';
import { openBucket, type Attempt, type GcsOptions } from './bucket';

// Each is a limit for the whole, attempts and waiting included. The sender of an empty form waits 4 s at most. Each 512 KiB adds a second, of which one attempt
// may use half: 1 MiB/s then suffices, and any data centre offers many times that.
const defaults = { uploadMs: 4000, uploadBytesPerMs: 524, checkMs: 3000 };
export type IntakeLimits = typeof defaults;
const maxUploads = 16; // each takes 2 to 4 MB of memory

/** Adds objects to a bucket of Google Cloud Storage. */
export function createGcsIntake(options: GcsOptions, limits = defaults): ResumeIntake {
  const bucket = openBucket(options);
  const uploads = createSemaphore(maxUploads);

  return {
    async create(key, file) {
      const name = checkKey(key);
      const ms = limits.uploadMs + file.bytes / limits.uploadBytesPerMs;
      const end = performance.now() + ms;
      const giveBack = await uploads.take(end);
      try {
        const md5 = await md5Of(file);
        await bucket.run(ms, (found, attempt) => upload(found.file(name), file, md5, attempt), end);
      } finally {
        giveBack();
      }
    },

    checkWritable: () => bucket.checkGranted('storage.objects.create', limits.checkMs),
  };
}

/** In Base64, as the server expects it. */
async function md5Of({ path }: SpooledFile): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}

/** Makes one attempt. The server refuses damaged bytes and a name that is taken. */
async function upload(
  target: File,
  { path }: SpooledFile,
  md5Hash: string,
  { signal, isRetry }: Attempt,
): Promise<void> {
  const sink = target.createWriteStream({
    resumable: false,
    validation: false, // the library's would delete, which a create-only identity may not
    metadata: { contentType: 'application/octet-stream', md5Hash },
    preconditionOpts: { ifGenerationMatch: 0 },
  });
  try {
    await pipeline(createReadStream(path), sink, { signal });
  } catch (error) {
    // No one else uses this name: an earlier attempt stored the object, and its response was lost.
    if (!isRetry || !isTaken(error)) throw error;
  }
}

/** An identity that may not replace objects is told that it lacks the permission to delete them. */
function isTaken(error: unknown): boolean {
  const status = httpStatusOf(error);
  const { message } = error as { message?: unknown };
  return status === 412 || (status === 403 && String(message).includes('storage.objects.delete'));
}
