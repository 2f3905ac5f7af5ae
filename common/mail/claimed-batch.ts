import { retryDuringOutage } from '../database/retry-during-outage';
import type { ClaimedEmail } from '../outbox/types';

interface ClaimedBatchDeps {
  claim: () => Promise<ClaimedEmail[]>;
  release: (emails: ClaimedEmail[]) => Promise<void>;
  /** How long after the claim an email may be begun, so that its lease outlasts the sending. */
  beginMs: number;
}

/**
 * The emails that were claimed together and that nobody has begun to send. Several loops may ask for
 * the next one at once.
 */
export function createClaimedBatch({ beginMs, ...outbox }: ClaimedBatchDeps) {
  let emails: ClaimedEmail[] = [];
  let freshUntil = 0;
  let claiming: Promise<void> | undefined;

  async function claim(): Promise<void> {
    const earliestStart = performance.now(); // of the lease
    emails = await outbox.claim();
    freshUntil = earliestStart + beginMs;
  }

  /** Gives all of them back. */
  async function release(): Promise<void> {
    const rest = emails.splice(0);
    if (rest.length > 0) await retryDuringOutage(() => outbox.release(rest));
  }

  return {
    /** Removes the next email from the batch, after claiming another batch if this one is empty. */
    async next(): Promise<ClaimedEmail | undefined> {
      if (performance.now() > freshUntil) await release();
      if (emails.length === 0) {
        claiming ??= claim().finally(() => {
          claiming = undefined;
        });
        await claiming;
      }
      return emails.shift();
    },

    release,
  };
}
