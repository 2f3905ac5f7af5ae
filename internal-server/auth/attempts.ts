import { createHmac, randomBytes } from 'node:crypto';
import createError from 'http-errors';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Who signs in, and from where. */
export interface Claimant {
  /** The address of an account, in lower case, whether or not there is one. */
  name: string;
  /** A browser or a network. */
  origin: string;
}

export interface Attempt extends Claimant {
  /** The client's network, or more where it has many. */
  site: string;
  /** Whether the account signed in from there lately. */
  isKnown: boolean;
}

const quarterHour = 15 * 60;
const perOrigin = 10; // failures on one name
const perNetwork = 30; // on all names together, but those that sign in from there
const byStrangers = 20; // on one name, from all networks that it does not sign in from
const slowlySeconds = 30; // after that, one attempt in this time
const newcomers = 10; // and so many from where nobody has failed on this name
const overrun = 1000;
const knownFirst = 1_000_000;

/**
 * Counts the failed sign-ins of the last quarter of an hour, under keyed hashes of who and from where.
 * No account is ever locked for a browser or a network that it signs in from: only their own failures
 * count against them.
 */
export function createAttempts() {
  const limiter = (points: number, duration = quarterHour) =>
    new RateLimiterMemory({ points, duration });
  const limits = {
    origin: limiter(perOrigin),
    network: limiter(perNetwork),
    name: limiter(byStrangers),
    site: limiter(perNetwork), // decides about the turn alone
    slow: limiter(1, slowlySeconds),
    newcomers: limiter(newcomers, slowlySeconds),
  };
  const secret = randomBytes(32);
  const hash = (...parts: string[]) =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64');
  const originKey = ({ name, origin }: Claimant) => hash(name, origin);
  const keysOf = ({ name, origin, site }: Attempt) => ({
    origin: originKey({ name, origin }),
    network: hash(origin),
    site: hash('site', site),
    name: hash(name),
  });
  const failures = async (limit: keyof typeof limits, key: string) =>
    (await limits[limit].get(key))?.consumedPoints ?? 0;

  return {
    check,

    /** Counts an attempt that is about to be made. Throws 429 instead when it is one too many. */
    async count(attempt: Attempt): Promise<void> {
      const keys = keysOf(attempt);
      await check(attempt);
      if (!attempt.isKnown) {
        if ((await failures('name', keys.name)) >= byStrangers) {
          const hasFailed = (await failures('origin', keys.origin)) > 0;
          await count(hasFailed ? 'slow' : 'newcomers', keys.name);
        }
        await limits.site.penalty(keys.site);
        await limits.name.penalty(keys.name);
        await limits.network.penalty(keys.network);
      }
      await limits.origin.penalty(keys.origin);
    },

    /** Takes back what `count` counted, because the password was right. */
    async succeeded(attempt: Attempt): Promise<void> {
      const keys = keysOf(attempt);
      await limits.origin.delete(keys.origin);
      if (attempt.isKnown) return;
      await limits.name.reward(keys.name);
      await limits.network.reward(keys.network);
      await limits.site.reward(keys.site);
    },

    /** Whether guessing went on long after it was refused. */
    isOverrun: async (claimant: Claimant) =>
      (await failures('origin', originKey(claimant))) > overrun,

    /** Places an attempt in the queue: known origins first, then who failed least. */
    async turnOf(attempt: Attempt): Promise<{ priority: number; place: string }> {
      const keys = keysOf(attempt);
      if (!attempt.isKnown)
        return { priority: -(await failures('site', keys.site)), place: keys.site };
      const failed = await failures('origin', keys.origin);
      return { priority: knownFirst - Math.min(failed, overrun), place: keys.origin };
    },
  };

  /** Throws 429 when the origin has failed too often. */
  async function check(attempt: Attempt): Promise<void> {
    const { origin, network } = keysOf(attempt);
    // A refused attempt counts too, if only towards `isOverrun`.
    if ((await failures('origin', origin)) >= perOrigin) await count('origin', origin);
    if (attempt.isKnown || (await failures('network', network)) < perNetwork) return;
    await count('network', network);
  }

  /** Throws 429 when there are none left. */
  async function count(limit: keyof typeof limits, key: string): Promise<void> {
    await limits[limit].consume(key).catch(tooMany);
  }
}

function tooMany(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  const seconds = Math.max(1, Math.ceil(reason.msBeforeNext / 1000));
  const minutes = Math.ceil(seconds / 60);
  const wait = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  throw createError(429, `Too many failed sign-ins. Try again in ${wait}.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
