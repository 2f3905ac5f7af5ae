import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { StoredResume } from './store';

type HashedFile = Pick<StoredResume, 'bytes' | 'sha256'>;

interface Question {
  fd: number;
  port: MessagePort;
}

/** An error itself would lose its code on the way. */
type Answer = HashedFile | { message: string; code: string | undefined };

let thread: Worker | undefined;
let lastFailure: Error | undefined;

/**
 * Of all that an open file holds. In a thread of its own, started at the first call: hashing is a
 * third of what a download costs, and would keep everybody else's requests waiting.
 */
export function hashFile(fd: number): Promise<HashedFile> {
  thread ??= start();
  const { port1: ours, port2: theirs } = new MessageChannel();
  thread.postMessage({ fd, port: theirs } satisfies Question, [theirs]);
  return new Promise((resolve, reject) => {
    ours.on('message', (answer: Answer) => {
      ours.close();
      if ('sha256' in answer) resolve(answer);
      else reject(Object.assign(new Error(answer.message), { code: answer.code }));
    });
    ours.on('close', () => {
      reject(new Error('The thread that hashes files has ended', { cause: lastFailure }));
    });
  });
}

function start(): Worker {
  const started = new Worker(`(${answerAll.toString()})()`, { eval: true });
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

/** Runs in the thread, from its source alone. */
function answerAll(): void {
  const { readSync } = process.getBuiltinModule('node:fs');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const buffer = Buffer.allocUnsafe(512 * 1024);

  parentPort?.on('message', ({ fd, port }: Question) => {
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for (;;) {
        const read = readSync(fd, buffer, 0, buffer.length, bytes);
        if (read === 0) break;
        hash.update(buffer.subarray(0, read));
        bytes += read;
      }
      port.postMessage({ bytes, sha256: hash.digest('hex') } satisfies Answer);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      port.postMessage({ message, code } satisfies Answer);
    }
  });
}
