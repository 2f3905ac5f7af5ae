import { createHmac, randomBytes } from 'node:crypto';
import type { Account } from '../../common/accounts/repository';
import { decoyHash, verifyPassword } from '../../common/accounts/passwords';

const keepMs = 5 * 60 * 1000;
const maxKept = 1000;

type Admit = () => Promise<unknown>;

/**
 * Browsers send the password with every request, so a right one is remembered for a short time, as
 * an HMAC under a secret of this process. It covers the stored hash, so that a changed password is
 * forgotten at once.
 */
export function createPasswordCheck(now: () => number = Date.now) {
  const secret = randomBytes(32);
  const rightUntil = new Map<string, number>();
  const running = new Map<string, Promise<boolean>>();
  const keyOf = (account: Account, password: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([account.id, account.passwordHash, password]))
      .digest('base64');

  async function verify(account: Account | undefined, password: string, admit?: Admit) {
    await admit?.();
    const isRight = await verifyPassword(password, account?.passwordHash ?? decoyHash());
    if (!account || !isRight) return false;
    if (rightUntil.size >= maxKept) rightUntil.clear();
    rightUntil.set(keyOf(account, password), now() + keepMs);
    return true;
  }

  return {
    /**
     * Takes about 300 ms, for an unknown account too, so that the time does not tell which accounts
     * exist. Equal checks at the same time share one hash, and one call of `admit` before it, which
     * may reject.
     */
    isRight(account: Account | undefined, password: string, admit?: Admit): Promise<boolean> {
      if (!account) return verify(account, password, admit);
      const key = keyOf(account, password);
      const check =
        running.get(key) ?? verify(account, password, admit).finally(() => running.delete(key));
      running.set(key, check);
      return check;
    },

    /** Whether this password was right for this account within the last five minutes. */
    wasRight: (account: Account | undefined, password: string) =>
      account !== undefined && (rightUntil.get(keyOf(account, password)) ?? 0) > now(),
  };
}
