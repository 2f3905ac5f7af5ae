import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';

const stopWithinMs = 25_000; // a store that hangs must not keep the process for ever
const samePressMs = 1000;

// The engine looks for garbage when the heap and the buffers outside it have grown by so much since
// it last did. By itself it decides that by the machine's memory, and by how idle the process was:
// often with 30%, and then a large upload costs 40% more CPU, all of it in looking for garbage.
const heapGrowingPercent = 200;

/** Something a running process must close. */
export type Close = () => Promise<unknown>;

export interface Running {
  /** Aborted when the process is asked to stop: from then on it is not ready. */
  stopping: AbortController;
  /** How long it goes on taking requests then. */
  drainMs: number;
  /** In this order. */
  closers: Close[];
}

/**
 * Starts a server's process and stops it in order at SIGINT or SIGTERM; a second one ends it at
 * once, unless it comes within a second: a terminal and npm may both send the first. What prevents
 * the start is printed, and the process ends with 1.
 */
export function runServer(start: () => Promise<Running>): void {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  const starting = start().catch((error: unknown) => {
    console.error(isExpected(error) ? error.message : error);
    process.exit(1);
  });
  let askedAt: number | undefined;
  const onSignal = () => {
    if (askedAt === undefined) void starting.then(stop);
    else if (performance.now() - askedAt > samePressMs) process.exit(1);
    askedAt ??= performance.now();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
}

async function stop({ stopping, drainMs, closers }: Running): Promise<void> {
  stopping.abort();
  await sleep(drainMs);
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  for (const close of closers) await close();
  process.exit(0);
}

/** Ours says what to do; of any other the stack is of use. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && ('problems' in error || error.constructor === Error);
}
