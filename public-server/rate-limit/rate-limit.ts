import createError from 'http-errors';
import type { Middleware } from 'koa';
import type { Logger } from '../../common/logger';
import { clientNetwork } from './client-network';
import { createAvailability, withFallback } from './fallback-limit';
import type { Limit, LimitOptions } from './limit';
import { createLocalLimit } from './local-limit';
import { createSharedLimit, type SharedCounts } from './shared-limit';

export interface RateLimits extends LimitOptions {
  /** The ceiling for all clients together. */
  totalMax?: number | undefined;
}

export interface RateLimitDeps {
  config: { rateLimit: RateLimits };
  log: Logger;
  /** Counts of several servers together; each counts alone without them. */
  sharedCounts?: SharedCounts | undefined;
}

/** Answers 429 to one client's requests above `max` in `windowMs`, and to all above `totalMax`. */
export function rateLimit({ config, log, sharedCounts }: RateLimitDeps): Middleware {
  const { max, windowMs, totalMax } = config.rateLimit;
  const availability = createAvailability(log);
  const createLimit = (options: LimitOptions): Limit => {
    const local = createLocalLimit(options);
    if (!sharedCounts) return local;
    return withFallback(createSharedLimit(sharedCounts, options), local, availability);
  };
  const perClient = createLimit({ max, windowMs });
  const forAll = totalMax === undefined ? undefined : createLimit({ max: totalMax, windowMs });

  return async (ctx, next) => {
    const client = clientNetwork(ctx);
    if (!(await perClient.admits(client))) throw fromOne(await perClient.msUntilFree(client));
    if (forAll && !(await forAll.admits('all'))) {
      // Who is out of turns has to wait for one, too.
      const waits = [forAll.msUntilFree('all'), perClient.msUntilFree(client)];
      throw fromAll(Math.max(...(await Promise.all(waits))));
    }
    await next();
  };
}

function fromOne(waitMs: number): Error {
  return tooMany(
    waitMs,
    'Too many requests',
    (wait) =>
      `Too many submissions came from your network. Please wait ${wait} and send the form again.`,
  );
}

function fromAll(waitMs: number): Error {
  return tooMany(
    waitMs,
    'Very busy just now',
    (wait) =>
      `Very many people are sending just now, and yours was not taken yet. Please wait ${wait} and send the form again.`,
  );
}

/** The seconds are rounded up: a client that waits so long is admitted, one second less is not. */
function tooMany(waitMs: number, title: string, detail: (wait: string) => string): Error {
  const seconds = Math.max(1, Math.ceil((waitMs + clockErrorMs) / 1000));
  const wait = `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return createError(429, detail(wait), { title, headers: { 'Retry-After': String(seconds) } });
}

const clockErrorMs = 2; // koa-ratelimit's clock and ours start apart
