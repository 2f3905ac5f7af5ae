import { MessageChannel, Worker } from 'node:worker_threads';
import type { HashedFile, HashReply, HashRequest } from './hash-worker';

/** Why a file could not be read, with the code of the operating system. */
class ReadError extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message);
    this.name = 'ReadError';
  }
}

const workerFile = require.resolve('./hash-worker');
// A thread inherits the flags of its process, but not a loader that a program registers in code.
const options = workerFile.endsWith('.ts')
  ? { execArgv: ['-r', 'ts-node/register/transpile-only'] }
  : {};

let thread: Worker | undefined;
let lastFailure: Error | undefined;

/**
 * Hashes all that an open file holds, in a thread that the first call starts: hashing is a third of
 * the cost of a download, and would keep every other request waiting.
 */
export function hashFile(fd: number): Promise<HashedFile> {
  thread ??= startThread();
  const { port1: ours, port2: theirs } = new MessageChannel();
  thread.postMessage({ fd, port: theirs } satisfies HashRequest, [theirs]);
  return new Promise((resolve, reject) => {
    ours.on('message', (reply: HashReply) => {
      ours.close();
      if ('sha256' in reply) resolve(reply);
      else reject(new ReadError(reply.message, reply.code));
    });
    ours.on('close', () => {
      reject(new Error('The thread that hashes files has ended', { cause: lastFailure }));
    });
  });
}

function startThread(): Worker {
  const started = new Worker(workerFile, options);
  started.unref();
  lastFailure = undefined;
  started.on('error', (error) => {
    lastFailure = error;
  });
  started.on('exit', () => {
    thread = undefined;
  });
  return started;
}
