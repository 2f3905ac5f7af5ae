import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort, type MessagePort } from 'node:worker_threads';

/** What hash-file.ts posts to this thread. */
export interface HashRequest {
  fd: number;
  port: MessagePort;
}

export interface HashedFile {
  bytes: number;
  sha256: string;
}

/** An error itself would lose its code on the way to another thread. */
export type HashReply = HashedFile | { message: string; code: string | undefined };

const buffer = Buffer.allocUnsafe(512 * 1024);

function hash(fd: number): HashedFile {
  const sha256 = createHash('sha256');
  let bytes = 0;
  for (;;) {
    const read = readSync(fd, buffer, 0, buffer.length, bytes);
    if (read === 0) return { bytes, sha256: sha256.digest('hex') };
    sha256.update(buffer.subarray(0, read));
    bytes += read;
  }
}

parentPort?.on('message', ({ fd, port }: HashRequest) => {
  let reply: HashReply;
  try {
    reply = hash(fd);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    reply = { message, code };
  }
  port.postMessage(reply);
});
