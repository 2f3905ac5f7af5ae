import createError, { isHttpError } from 'http-errors';
import type { Middleware } from 'koa';
import koaRatelimit from 'koa-ratelimit';

const maxAddresses = 100_000;

/** At most `max` requests of one address in `windowMs`; more are answered 429. */
export function rateLimit({ max, windowMs }: { max: number; windowMs: number }): Middleware {
  const limiter = koaRatelimit({
    driver: 'memory',
    db: new BoundedMap(),
    duration: windowMs,
    max,
    id: (ctx) => ctx.ip || 'unknown', // an empty id would be an error
    disableHeader: true,
    throw: true,
  });
  return async (ctx, next) => {
    try {
      await limiter(ctx, next);
    } catch (error) {
      if (isHttpError(error) && error.status === 429) throw tooMany(error.headers);
      throw error;
    }
  };
}

/** koa-ratelimit rounds the seconds down, so that a punctual client would come too early. */
function tooMany(headers: Record<string, string> = {}): Error {
  const seconds = Number(headers['Retry-After']) + 1;
  const detail = `Too many submissions came from your network. Please wait ${seconds} seconds and send the form again.`;
  return createError(429, detail, { headers: { 'Retry-After': String(seconds) } });
}

/** Forgets the oldest address when full: koa-ratelimit never removes any. */
class BoundedMap<Value> extends Map<string, Value> {
  override set(key: string, value: Value): this {
    if (this.size >= maxAddresses && !this.has(key)) {
      const [oldest = key] = this.keys();
      this.delete(oldest);
    }
    return super.set(key, value);
  }
}
