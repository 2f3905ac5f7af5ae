export interface TimedMemoOptions {
  keepMs: number;
  /** How long a failure is kept; `keepMs` unless set. */
  keepFailureMs?: number;
  now?: (() => number) | undefined;
}

/**
 * Returns a function that calls `read` at most once in `keepMs`, counted from the end of the last
 * read, and never twice at the same time.
 */
export function createTimedMemo<T>(
  read: () => Promise<T>,
  { keepMs, keepFailureMs = keepMs, now = Date.now }: TimedMemoOptions,
): () => Promise<T> {
  let result: Promise<T> | undefined;
  let freshUntil = -Infinity;

  const keepFor = (ms: number) => () => {
    freshUntil = now() + ms;
  };

  return () => {
    if (result && now() < freshUntil) return result;
    freshUntil = Infinity; // while the read is running
    result = read();
    result.then(keepFor(keepMs), keepFor(keepFailureMs));
    return result;
  };
}
