import { setTimeout as sleep } from 'node:timers/promises';

const stopWithinMs = 25_000; // a store that hangs must not keep the process alive
const samePressMs = 1000;

export interface Running {
  /** Aborted when the process is asked to stop: from then on it is not ready. */
  stopping: AbortController;
  /** How long it keeps taking requests after that. */
  drainMs: number;
  /** Close what the process has open, in this order. */
  closers: (() => unknown)[];
}

/**
 * Starts a server's process, and stops it in order at SIGINT or SIGTERM. A second signal ends it at
 * once, unless it comes within a second: a terminal and npm may both send the first. A start that
 * fails prints its reason and exits with 1.
 */
export function runServer(start: () => Promise<Running>): void {
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

/** Our own errors say what to do. Of all others, the stack is needed. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && ('problems' in error || error.constructor === Error);
}
