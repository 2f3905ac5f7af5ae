import { isHttpError } from 'http-errors';
import type { Context, Middleware } from 'koa';
import koaRatelimit from 'koa-ratelimit';
import type { CircuitBreaker } from '../../common/resilience/circuit-breaker';
import { BoundedMap } from './bounded-map';
import { namespace, type SharedCounts } from './shared-counts';

export interface LimiterOptions {
  max: number;
  windowMs: number;
  /** Whose requests are counted together. */
  idOf: (ctx: Context) => string;
}

/** Where limiters count, together with other servers if Redis is given. */
export interface Counting {
  sharedCounts: SharedCounts | undefined;
  circuit: CircuitBreaker;
}

const maxIds = 100_000;

/** Returns a middleware that throws 429 above `max` requests of one id in `windowMs`. */
export function createLimiter(
  { max, windowMs, idOf }: LimiterOptions,
  { sharedCounts, circuit }: Counting,
): Middleware {
  const options = { max, duration: windowMs, throw: true, disableHeader: true };
  const db = new BoundedMap({ max: maxIds, keepMs: windowMs });
  const local = koaRatelimit({ ...options, driver: 'memory', db, id: idOf });
  if (!sharedCounts) return local;

  const { redis, keyOf } = sharedCounts;
  const id = (ctx: Context) => keyOf(idOf(ctx));
  const shared = koaRatelimit({ ...options, driver: 'redis', db: redis, namespace, id });
  return withFallback(shared, local, circuit);
}

/** Limits by `shared`, and by `local` while Redis is unavailable. */
function withFallback(shared: Middleware, local: Middleware, circuit: CircuitBreaker): Middleware {
  return async (ctx, next) => {
    if (!circuit.allows()) return local(ctx, next) as Promise<unknown>;
    try {
      await shared(ctx, admit);
    } catch (error) {
      if (!isRefusal(error)) {
        circuit.recordFailure('unavailable', error);
        return local(ctx, next) as Promise<unknown>;
      }
      circuit.recordSuccess();
      throw error;
    }
    circuit.recordSuccess();
    await next();
  };
}

/** Takes the place of `next`, so that a limiter's own errors are told from those of later steps. */
export const admit = () => Promise.resolve();

export function isRefusal(error: unknown): boolean {
  return isHttpError(error) && error.status === 429;
}
