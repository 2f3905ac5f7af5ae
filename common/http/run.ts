const stopWithinMs = 15_000; // a store that hangs must not keep the process for ever

/** Something a running process must close; in this order. */
export type Close = () => Promise<unknown>;

/**
 * Starts a server's process and stops it in order at SIGINT or SIGTERM (a repeat is ignored: a
 * terminal and npm may both send it). What prevents the start is printed, and the process ends
 * with 1.
 */
export function run(start: () => Promise<Close[]>): void {
  start()
    .then((closers) => {
      let isStopping = false;
      const stop = async () => {
        if (isStopping) return;
        isStopping = true;
        setTimeout(() => process.exit(1), stopWithinMs).unref();
        for (const close of closers) await close();
        process.exit(0);
      };
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
    })
    .catch((error: unknown) => {
      console.error(isExpected(error) ? error.message : error);
      process.exit(1);
    });
}

/** Ours says what to do; of any other the stack is of use. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && ('problems' in error || error.constructor === Error);
}
