import type { File } from '@google-cloud/storage';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Attempt } from './attempts';
import type { SpooledFile } from '../intake';

/** In Base64, as the server expects it. */
export async function md5Of({ path }: SpooledFile): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}

/** Makes one attempt. The server refuses damaged bytes and a name that is taken. */
export async function upload(
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
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 412 || (code === 403 && String(message).includes('storage.objects.delete'));
}
