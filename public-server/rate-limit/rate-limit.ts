import createError from 'http-errors';
import type { Middleware } from 'koa';
import type { Logger } from '../../common/logger';
import { createCircuitBreaker } from '../../common/resilience/circuit-breaker';
import { clientNetwork } from './client-network';
import { admit, createLimiter, isRefusal } from './limiter';
import type { SharedCounts } from './shared-counts';

export interface RateLimits {
  /** What one client may send in a window. */
  max: number;
  windowMs: number;
  /** What all clients together may send in a window. */
  totalMax?: number | undefined;
}

export interface RateLimitDeps {
  config: { rateLimit: RateLimits };
  log: Logger;
  /** Without them, each server counts alone. */
  sharedCounts?: SharedCounts | undefined;
}

/** Refuses with 429 what one client sends above `max`, and then what all send above `totalMax`. */
export function rateLimit({ config, log, sharedCounts }: RateLimitDeps): Middleware[] {
  const { max, windowMs, totalMax } = config.rateLimit;
  const counting = { sharedCounts, circuit: createRedisCircuit(log) };
  const forOne = createLimiter({ max, windowMs, idOf: clientNetwork }, counting);
  const limits = [refuseWith(tooManyFromOne, forOne, windowMs)];
  if (totalMax !== undefined) {
    const forAll = createLimiter({ max: totalMax, windowMs, idOf: () => 'all' }, counting);
    limits.push(refuseWith(tooManyFromAll, forAll, windowMs));
  }
  return limits;
}

function createRedisCircuit(log: Logger) {
  return createCircuitBreaker({
    probeMs: 1000,
    onOpen: (_reason, err) => {
      log.warn({ err }, 'Redis is unavailable: each server limits alone');
    },
    onClose: () => {
      log.warn('Redis is available again: rate limits are shared');
    },
  });
}

interface Refusal {
  title: string;
  detail: (wait: string) => string;
}

const tooManyFromOne: Refusal = {
  title: 'Too many requests',
  detail: (wait) =>
    `Too many submissions came from your network. Please wait ${wait} and send the form again.`,
};

const tooManyFromAll: Refusal = {
  title: 'Very busy just now',
  detail: (wait) =>
    `Very many people are sending just now, so yours was not accepted yet. Please wait ${wait} and send the form again.`,
};

/**
 * Gives the refusals of a limiter our text, and a Retry-After that is never too early: a whole
 * window is enough for both limits, while the library rounds down, even to 0.
 */
function refuseWith({ title, detail }: Refusal, limiter: Middleware, windowMs: number): Middleware {
  const seconds = Math.ceil(windowMs / 1000);
  const message = detail(`${seconds} ${seconds === 1 ? 'second' : 'seconds'}`);
  const headers = { 'Retry-After': String(seconds) };
  return async (ctx, next) => {
    try {
      await limiter(ctx, admit);
    } catch (error) {
      throw isRefusal(error) ? createError(429, message, { title, headers }) : error;
    }
    await next();
  };
}
