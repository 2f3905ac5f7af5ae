import { retryDuringOutage } from '../database/retry-during-outage';

/** Records what was sent; together what is sent within a moment, or while the database is busy. */
export interface SentRecord<Sent> {
  /** Does not wait for the record. */
  add(sent: Sent): void;
  /** Resolves when all is recorded; rejects once when something could not be. */
  settled(): Promise<void>;
}

/** What was sent in this time comes twice when the process is killed. */
const gatherMs = 25;

export function createSentRecord<Sent>(record: (sent: Sent[]) => Promise<void>): SentRecord<Sent> {
  const waiting: Sent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let recorded = Promise.resolve();
  let failure: Error | undefined;

  function recordSoon(): void {
    clearTimeout(timer);
    timer = undefined;
    recorded = recorded.then(recordWaiting).catch((error: unknown) => {
      failure = error as Error;
    });
  }

  async function recordWaiting(): Promise<void> {
    const together = waiting.splice(0);
    if (together.length > 0) await retryDuringOutage(() => record(together));
  }

  return {
    add(sent) {
      waiting.push(sent);
      timer ??= setTimeout(recordSoon, gatherMs);
    },

    async settled() {
      recordSoon();
      await recorded;
      const error = failure;
      failure = undefined;
      if (error) throw error;
    },
  };
}
