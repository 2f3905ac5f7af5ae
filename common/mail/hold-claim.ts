import type { Logger } from '../logger';
import type { OutboxRepository } from '../outbox/repository';
import type { ClaimedEmail } from '../outbox/types';

export interface HoldClaimDeps {
  outbox: Pick<OutboxRepository, 'renew'>;
  log: Logger;
  renewMs: number;
}

/**
 * Runs `send`, and renews the claim of its email as long as that takes. Once the text has been
 * handed over, a renewal also notes that the email may have arrived, in case this process dies. An
 * email whose claim has ended by then is not handed over: another server may have sent it.
 */
export async function holdClaim<T>(
  { outbox, log, renewMs }: HoldClaimDeps,
  email: ClaimedEmail,
  send: (onHandOver: () => void) => Promise<T>,
): Promise<T> {
  let isHandedOver = false;
  let isLost = false;
  let renewing: Promise<void> | undefined;

  async function renew(): Promise<void> {
    try {
      const lockedUntil = await outbox.renew(email, { mayHaveArrived: isHandedOver });
      isLost = lockedUntil === undefined;
      if (lockedUntil !== undefined) email.lockedUntil = lockedUntil;
    } catch (error) {
      log.warn({ err: error, outboxId: email.id }, 'the claim of an email could not be renewed');
    }
    renewing = undefined;
  }

  const timer = setInterval(() => {
    renewing ??= renew();
  }, renewMs);
  try {
    return await send(() => {
      if (isLost) throw new Error('The claim has ended');
      isHandedOver = true;
    });
  } finally {
    clearInterval(timer);
    await renewing;
  }
}
