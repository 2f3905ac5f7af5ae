import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from './is-outage';

const insistMs = 10_000;
const againMs = 250;

/**
 * While the database is away for a moment, or had to end a deadlock with somebody who erases a lead:
 * a mail without a record of it is sent once more.
 */
export async function insist(work: () => Promise<void>): Promise<void> {
  const end = performance.now() + insistMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isOutage(error) || performance.now() > end) throw error;
      await sleep(againMs);
    }
  }
}
