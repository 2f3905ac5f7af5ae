import type { ClaimedEmail, OutboxRepository } from '../outbox/repository';
import { retryDuringOutage } from '../database/retry-during-outage';

/** The mails that were claimed together, for whoever sends next. */
export interface ClaimedBatch {
  /** The mail to send next, of those in hand or of those that `claim` brings. */
  next(claim: () => Promise<ClaimedEmail[]>): Promise<ClaimedEmail | undefined>;
  /** Gives back all that nobody has begun to send. */
  putBack(): Promise<void>;
}

/** `freshMs` is how long after its claim a mail may be begun, so that its lease outlasts it. */
export function createClaimedBatch(
  outbox: Pick<OutboxRepository, 'release'>,
  freshMs: number,
): ClaimedBatch {
  let mails: ClaimedEmail[] = [];
  let freshUntil = 0;
  let claiming: Promise<void> | undefined;

  async function fill(claim: () => Promise<ClaimedEmail[]>): Promise<void> {
    const asked = performance.now(); // the lease may begin at once
    mails = await claim();
    freshUntil = asked + freshMs;
  }

  async function putBack(): Promise<void> {
    const left = mails.splice(0);
    if (left.length > 0) await retryDuringOutage(() => outbox.release(left));
  }

  return {
    async next(claim) {
      if (performance.now() > freshUntil) await putBack();
      if (mails.length === 0) {
        claiming ??= fill(claim).finally(() => {
          claiming = undefined;
        });
        await claiming;
      }
      return mails.shift();
    },

    putBack,
  };
}
