import type { Context, Middleware } from 'koa';

export interface LimitOptions {
  max: number;
  windowMs: number;
}

/** At most so many in a window, for each id. */
export interface Limit {
  /** Counts one more, and answers whether it is within the limit. */
  admits(id: string): Promise<boolean>;
  /** How long the next one has to wait; 0 when it would be admitted. */
  msUntilFree(id: string): Promise<number>;
}

/** The options with which koa-ratelimit serves one of our limits. */
export const asLimit = ({ max, windowMs }: LimitOptions) => ({
  max,
  duration: windowMs,
  id: ({ state }: Context) => state.limited as string,
  disableHeader: true,
});

/** Asks koa-ratelimit alone: it would write its own answer into the context of the request. */
export async function isAdmitted(limiter: Middleware, id: string): Promise<boolean> {
  const blank = { state: { limited: id }, set: () => undefined };
  let isWithin = false;
  await limiter(blank as unknown as Parameters<Middleware>[0], () => {
    isWithin = true;
    return Promise.resolve();
  });
  return isWithin;
}

/** The clock that koa-ratelimit counts with: it does not jump when somebody sets the time. */
export const clockMs = () => performance.timeOrigin + performance.now();
