import type { Bucket } from '@google-cloud/storage';
import { isKey, keyPrefix } from '../key';
import type { StoredPage } from '../store';

const pageSize = 1000; // the most that the API returns

/** Reads one page of the names in ascending order. `next` is the token of the page after it. */
export async function readPage(
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
