import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from '../outage';

const insistMs = 10_000;
const againMs = 250;

/** While the database is away for a moment: a mail without a record of it is sent once more. */
export async function insist(work: () => Promise<void>): Promise<void> {
  const end = performance.now() + insistMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(isOutage(error) || isDeadlock(error)) || performance.now() > end) throw error;
      await sleep(againMs);
    }
  }
}

/** With somebody who erases a lead, whose two mails are locked in another order. */
function isDeadlock(error: unknown): boolean {
  return (error as { code?: unknown }).code === '40P01';
}
