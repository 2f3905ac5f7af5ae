import koaRatelimit from 'koa-ratelimit';
import { asLimit, clockMs, isAdmitted, type Limit, type LimitOptions } from './limit';

const maxIds = 100_000;

/** What koa-ratelimit keeps of an id; `reset` in seconds. */
interface Count {
  reset: number;
  remaining: number;
}

/** Counts in this process. */
export function createLocalLimit(options: LimitOptions): Limit {
  const counts = new BoundedCounts();
  const limiter = koaRatelimit({ ...asLimit(options), driver: 'memory', db: counts });

  return {
    admits: (id) => isAdmitted(limiter, id),

    msUntilFree(id) {
      const count = counts.get(`limit:${id}`);
      const isFree = !count || count.remaining > 1; // the next one takes one first
      return Promise.resolve(isFree ? 0 : Math.max(0, count.reset * 1000 - clockMs()));
    },
  };
}

/**
 * koa-ratelimit never removes anything. This forgets what has expired, and when there are still too
 * many, what expires first: all windows are of one length, so those are the oldest.
 */
export class BoundedCounts extends Map<string, Count> {
  constructor(private readonly max = maxIds) {
    super();
  }

  override set(key: string, count: Count): this {
    this.delete(key); // to the end, for it begins a new window
    const now = clockMs();
    for (const [oldest, { reset }] of this) {
      if (this.size < this.max && reset * 1000 > now) break;
      this.delete(oldest);
    }
    return super.set(key, count);
  }
}
