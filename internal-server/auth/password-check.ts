import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import type { Account } from '../../common/accounts/repository';
import { PasswordsBusyError } from '../../common/accounts/hash-queue';
import { decoyHash as costlyDecoy, verifyPassword } from '../../common/accounts/passwords';
import { clientNetwork, siteOf } from '../../common/http/client-network';
import { createAttempts, type Attempt, type Claimant } from './attempts';
import { createOrigins, type OriginDeps } from './origin';
import type { Refusals } from './refusals';

const keepMs = 5 * 60 * 1000;
const maxKept = 1000;
const refusalMs = 1000; // whoever guesses on waits, and costs little

export interface PasswordCheckDeps extends OriginDeps {
  /** Makes a hash that no password matches, which costs what those of the accounts do. */
  decoyHash?: () => string;
  refusals: Pick<Refusals, 'failed' | 'limited'>;
}

/** `name` is the address that was typed; `account` the one that has it, if any. */
export type CheckPassword = (
  ctx: Context,
  name: string,
  account: Account | undefined,
  password: string,
) => Promise<boolean>;

/**
 * Checks a password. Browsers send it with every request, so a right one is remembered for five
 * minutes for where it came from, as an HMAC under a secret of this process. It covers the stored
 * hash, so that a changed password is forgotten at once.
 */
export function createPasswordCheck(
  { refusals, signIns, decoyHash = costlyDecoy }: PasswordCheckDeps,
  now: () => number = Date.now,
): CheckPassword {
  const secret = randomBytes(32);
  const rightUntil = new Map<string, number>();
  const running = new Map<string, Promise<boolean>>();
  const attempts = createAttempts();
  const origins = createOrigins({ signIns }, now);

  const keyOf = (account: Account | undefined, { name, origin }: Claimant, password: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([name, origin, account?.passwordHash, password]))
      .digest('base64');

  function remember(key: string) {
    if (rightUntil.size >= maxKept) rightUntil.clear();
    rightUntil.set(key, now() + keepMs);
  }

  /** Equal checks at the same time share one hash, for an unknown account too, and count once. */
  function verify(key: string, account: Account | undefined, attempt: Attempt, password: string) {
    const check = async () => {
      await attempts.check(attempt);
      const hash = account?.passwordHash ?? decoyHash();
      const turn = await attempts.turnOf(attempt);
      const isRight = await verifyPassword(password, hash, turn, () => attempts.count(attempt));
      if (!account || !isRight) return false;
      await attempts.succeeded(attempt);
      remember(key);
      return true;
    };
    const shared = running.get(key) ?? check().finally(() => running.delete(key));
    running.set(key, shared);
    return shared;
  }

  /**
   * Takes about 300 ms, for an unknown account too, so that the time does not tell which accounts
   * exist. Throws 429 after too many wrong ones, and an outage when too many passwords are waiting
   * to be checked, which counts as nobody's failure. Records both a wrong one and a 429.
   */
  return async function isRight(ctx, name, account, password) {
    const origin = await origins.find(ctx, account?.id);
    const claimant = { name: name.toLowerCase(), origin: origin.id };
    const key = keyOf(account, claimant, password);
    // Before the limit, so that it stops nobody at work. It makes no endless guessing possible.
    const wasRight = (rightUntil.get(key) ?? 0) > now();
    if (wasRight && !(await attempts.isOverrun(claimant))) return true;

    const attempt = {
      ...claimant,
      site: siteOf(clientNetwork(ctx)),
      isKnown: await origins.isKnown(origin, account?.id),
    };
    const { network } = ctx.state;
    try {
      if (!(await verify(key, account, attempt, password))) {
        // Not awaited: the audit writes less for names that are no account.
        void refusals.failed(account?.id, network);
        return false;
      }
    } catch (error) {
      const isLimited = isHttpError(error) && error.status === 429;
      if (isLimited) void refusals.limited(account?.id, network);
      if (isLimited || error instanceof PasswordsBusyError) await setTimeout(refusalMs);
      throw error;
    }
    if (account && !origin.isBrowser) {
      const browser = await origins.mark(ctx, account.id);
      if (browser) remember(keyOf(account, { ...claimant, origin: browser }, password));
    }
    return true;
  };
}
