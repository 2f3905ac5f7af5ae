import type { Bucket } from '@google-cloud/storage';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { checkKey, isKey, keyPrefix } from '../key';
import type { ResumeStore, StoredPage } from '../store';
import { isMissing, openBucket, type GcsOptions } from './bucket';

const pageSize = 1000; // the most that the API returns

/** Each is a limit for the whole, attempts included. */
const defaults = { readMs: 10_000, checkMs: 3000 };
export type StoreLimits = typeof defaults;

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
      try {
        await bucket.run(limits.readMs, (found) => found.file(name).delete());
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
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

/** Reads one page of the names in ascending order. `next` is the token of the page after it. */
async function readPage(
  bucket: Bucket,
  pageToken: string | undefined,
): Promise<StoredPage & { next: string | undefined }> {
  const [files, query] = await bucket.getFiles({
    prefix: keyPrefix,
    autoPaginate: false,
    maxResults: pageSize,
    ...(pageToken && { pageToken }),
  });
  const ours = files.filter(({ name }) => isKey(name));
  return {
    objects: ours.map(({ name, metadata: { size, timeCreated } }) => ({
      key: name,
      bytes: Number(size),
      createdAt: new Date(timeCreated ?? NaN),
    })),
    foreign: files.length - ours.length,
    next: (query as { pageToken?: string } | null)?.pageToken,
  };
}
