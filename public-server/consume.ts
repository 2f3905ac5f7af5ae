import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/**
 * Gives each piece to `take` as it came, one after the other, and answers how many bytes they were.
 * A loop over the stream would copy what has gathered meanwhile, and destroy the stream when a piece
 * fails: that looks like a damaged form before our own reason is known.
 */
export async function consume(
  stream: Readable,
  take: (chunk: Buffer) => Promise<void>,
): Promise<number> {
  let bytes = 0;
  let taking = Promise.resolve();
  const failed = new Promise<never>((_resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      stream.pause();
      bytes += chunk.length;
      taking = take(chunk);
      taking.then(() => stream.resume(), reject);
    });
  });
  await Promise.race([finished(stream, { writable: false }), failed]);
  await taking; // a stream may end while its last piece is still being taken
  return bytes;
}
