import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

const maxPieces = 64; // pieces may be of one byte each, and take a hundred times that

/**
 * Gives the pieces to `take` as they came, so many at a time that they have `gatherBytes` at least,
 * and answers how many bytes they were. A loop over the stream would copy what has gathered
 * meanwhile, and destroy the stream when a piece fails: that looks like a damaged form before our
 * own reason is known.
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
      if (gatheredBytes < gatherBytes() && gathered.length < maxPieces) return;
      stream.pause();
      taking = takeGathered();
      taking.then(() => stream.resume(), reject);
    });
  });
  await Promise.race([finished(stream, { writable: false }), failed]);
  await taking; // a stream may end while its last pieces are still being taken
  if (gatheredBytes > 0) await takeGathered();
  return bytes;
}
