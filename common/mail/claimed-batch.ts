import type { ClaimedMail, OutboxRepository } from '../outbox/repository';
import { insist } from '../database/retry-while-away';

/** The mails that were claimed together, for whoever sends next. */
export interface Hand {
  /** The mail to send next, of those in hand or of those that `claim` brings. */
  next(claim: () => Promise<ClaimedMail[]>): Promise<ClaimedMail | undefined>;
  /** Gives back all that nobody has begun to send. */
  putBack(): Promise<void>;
}

/** `freshMs` is how long after its claim a mail may be begun, so that its lease outlasts it. */
export function createHand(outbox: Pick<OutboxRepository, 'release'>, freshMs: number): Hand {
  let mails: ClaimedMail[] = [];
  let freshUntil = 0;
  let claiming: Promise<void> | undefined;

  async function fill(claim: () => Promise<ClaimedMail[]>): Promise<void> {
    const asked = performance.now(); // the lease may begin at once
    mails = await claim();
    freshUntil = asked + freshMs;
  }

  async function putBack(): Promise<void> {
    const left = mails.splice(0);
    if (left.length > 0) await insist(() => outbox.release(left));
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
