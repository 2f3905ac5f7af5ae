import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { checkKey } from '../key';
import type { ResumeStore } from '../store';
import { isMissing, openBucket, type GcsOptions } from './bucket';
import { readPage } from './list';

/** Each is a limit for the whole, attempts included. */
export interface StoreLimits {
  readMs: number;
  checkMs: number;
}

const defaults: StoreLimits = { readMs: 10_000, checkMs: 3000 };

/** Reads, lists and removes the objects in a bucket of Google Cloud Storage. */
export function createGcsStore(options: GcsOptions, limits = defaults): ResumeStore {
  const bucket = openBucket(options);

  return {
    async read(key) {
      const name = checkKey(key);
      try {
        return await bucket.run(limits.readMs, async (found) => {
          // Validating, the library would end all its connections at a wrong hash.
          const [bytes] = await found.file(name).download({ validation: false });
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
      await bucket.run(limits.readMs, (found) => found.file(name).delete({ ignoreNotFound: true }));
    },

    async *list() {
      let token: string | undefined;
      do {
        const page = await bucket.run(limits.readMs, (found) => readPage(found, token));
        yield page;
        token = page.next;
      } while (token);
    },

    checkReadable: () => bucket.checkGranted('storage.objects.get', limits.checkMs),
  };
}
