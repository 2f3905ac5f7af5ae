import createError, { isHttpError } from 'http-errors';
import type { Context, Middleware } from 'koa';
import koaRatelimit from 'koa-ratelimit';
import type { Logger } from '../../common/logger';
import { createCircuitBreaker, type CircuitBreaker } from '../../common/resilience/circuit-breaker';
import { BoundedMap } from '../../common/http/bounded-map';
import { clientNetwork } from '../../common/http/client-network';
import { namespace, type SharedCounts } from './shared-counts';

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

/** Counts a request, and returns whether it is refused. */
type Limiter = (ctx: Context) => Promise<boolean>;

const maxClients = 100_000;

/** Refuses with 429 what one client sends above `max`, and then what all send above `totalMax`. */
export function rateLimit({ config, log, sharedCounts }: RateLimitDeps): Middleware[] {
  const { max, windowMs, totalMax } = config.rateLimit;
  const circuit = createRedisCircuit(log);
  // A whole window is never too early. The library's own Retry-After is rounded down, even to 0.
  const seconds = Math.ceil(windowMs / 1000);
  const headers = { 'Retry-After': String(seconds) };
  const advice = `Please wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and send the form again.`;

  const limit =
    (refuses: Limiter, title: string, reason: string): Middleware =>
    async (ctx, next) => {
      if (await refuses(ctx)) throw createError(429, `${reason} ${advice}`, { title, headers });
      await next();
    };

  const forOne = limit(
    createLimiter({ max, windowMs, idOf: clientNetwork }, sharedCounts, circuit),
    'Too many requests',
    'Too many submissions came from your network.',
  );
  if (totalMax === undefined) return [forOne];
  const forAll = limit(
    createLimiter({ max: totalMax, windowMs, idOf: () => 'all' }, sharedCounts, circuit),
    'Very busy just now',
    'Very many people are sending just now, so yours was not accepted yet.',
  );
  return [forOne, forAll];
}

/** Counts the requests for which `idOf` returns the same together. */
function createLimiter(
  { max, windowMs, idOf }: { max: number; windowMs: number; idOf: (ctx: Context) => string },
  sharedCounts: SharedCounts | undefined,
  circuit: CircuitBreaker,
): Limiter {
  const options = { max, duration: windowMs, throw: true, disableHeader: true };
  const db = new BoundedMap({ max: maxClients, keepMs: windowMs });
  const local = toLimiter(koaRatelimit({ ...options, driver: 'memory', db, id: idOf }));
  if (!sharedCounts) return local;

  const { redis, keyOf } = sharedCounts;
  const id = (ctx: Context) => keyOf(idOf(ctx));
  const shared = koaRatelimit({ ...options, driver: 'redis', db: redis, namespace, id });
  return withFallback(toLimiter(shared), local, circuit);
}

/** Returns whether the library's middleware refuses a request. Rejects when it cannot count. */
function toLimiter(middleware: Middleware): Limiter {
  return async (ctx) => {
    try {
      await middleware(ctx, () => Promise.resolve());
      return false;
    } catch (error) {
      if (isHttpError(error) && error.status === 429) return true;
      throw error;
    }
  };
}

/** Limits by `shared`, and by `local` while Redis is unavailable. */
function withFallback(shared: Limiter, local: Limiter, circuit: CircuitBreaker): Limiter {
  return async (ctx) => {
    if (!circuit.allows()) return local(ctx);
    try {
      const isRefused = await shared(ctx);
      circuit.recordSuccess();
      return isRefused;
    } catch (error) {
      circuit.recordFailure('unavailable', error);
      return local(ctx);
    }
  };
}

function createRedisCircuit(log: Logger): CircuitBreaker {
  return createCircuitBreaker({
    probeMs: 1000,
    onOpen: (_reason, err) => log.warn({ err }, 'Redis is unavailable: each server limits alone'),
    onClose: () => log.warn('Redis is available again: rate limits are shared'),
  });
}
