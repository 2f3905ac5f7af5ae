import { createHmac, randomBytes } from 'node:crypto';
import type { Account } from '../../common/accounts/repository';
import { decoyHash, verifyPassword } from '../../common/accounts/passwords';

const keepMs = 5 * 60 * 1000;
const maxKept = 1000;

export interface PasswordCheck {
  /**
   * Hashes, which takes about 300 ms, for an unknown account as well. The same question asked
   * meanwhile is one check; `admit` is asked before each and may refuse it.
   */
  (
    account: Account | undefined,
    password: string,
    admit?: () => Promise<unknown>,
  ): Promise<boolean>;
  /** True when the same password was right for the same account within five minutes. */
  recently(account: Account | undefined, password: string): boolean;
}

/**
 * Browsers send the password with every request, so a right one is remembered for a short time:
 * under a secret of this process, and together with the stored hash, so that a new password ends
 * it at once.
 */
export function createPasswordCheck(now: () => number = Date.now): PasswordCheck {
  const secret = randomBytes(32);
  const rightUntil = new Map<string, number>();
  const keyOf = (account: Account, password: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([account.id, account.passwordHash, password]))
      .digest('base64');

  const underWay = new Map<string, Promise<boolean>>();

  const check: (...args: Parameters<PasswordCheck>) => Promise<boolean> = (account, ...rest) => {
    if (!account) return verify(undefined, ...rest);
    const key = keyOf(account, rest[0]);
    const running =
      underWay.get(key) ?? verify(account, ...rest).finally(() => underWay.delete(key));
    underWay.set(key, running);
    return running;
  };

  async function verify(...[account, password, admit]: Parameters<PasswordCheck>) {
    await admit?.();
    const isRight = await verifyPassword(password, account?.passwordHash ?? decoyHash());
    if (!account || !isRight) return false;
    if (rightUntil.size >= maxKept) rightUntil.clear();
    rightUntil.set(keyOf(account, password), now() + keepMs);
    return true;
  }

  return Object.assign(check, {
    recently: (account: Account | undefined, password: string) =>
      account !== undefined && (rightUntil.get(keyOf(account, password)) ?? 0) > now(),
  });
}
