import { createSemaphore } from '../../resilience/semaphore';
import type { ResumeIntake } from '../intake';
import { checkKey } from '../key';
import { openBucket, type GcsOptions } from './bucket';
import { md5Of, upload } from './upload';

/** Each is a limit for the whole, attempts and waiting included. */
export interface IntakeLimits {
  /** For an upload of nothing. A file adds time by its size. */
  uploadMs: number;
  uploadBytesPerMs: number;
  checkMs: number;
}

// The sender of an empty form waits 4 s at most. Each 512 KiB adds a second, of which one attempt
// may use half: 1 MiB/s then suffices, and any data centre offers many times that.
const defaults: IntakeLimits = { uploadMs: 4000, uploadBytesPerMs: 524, checkMs: 3000 };
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
