import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

const maxChunks = 64; // a chunk of one byte still takes a hundred bytes of memory

/**
 * Passes the chunks of a stream to `take`, in batches of at least `gatherBytes`, and returns the
 * number of bytes. `for await` would copy what has gathered in the meantime, and would destroy the
 * stream when `take` fails, which multer reports as a damaged form before our own error is known.
 */
export async function readInBatches(
  stream: Readable,
  gatherBytes: () => number,
  take: (chunks: Buffer[]) => Promise<void>,
): Promise<number> {
  let bytes = 0;
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  let taking = Promise.resolve();

  function takeGathered(): Promise<void> {
    const chunks = gathered;
    gathered = [];
    gatheredBytes = 0;
    return take(chunks);
  }

  const failed = new Promise<never>((_resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      if (gatheredBytes < gatherBytes() && gathered.length < maxChunks) return;
      stream.pause();
      taking = takeGathered();
      taking.then(() => stream.resume(), reject);
    });
  });
  await Promise.race([finished(stream, { writable: false }), failed]);
  await taking; // a stream may end while `take` is still running
  if (gatheredBytes > 0) await takeGathered();
  return bytes;
}
