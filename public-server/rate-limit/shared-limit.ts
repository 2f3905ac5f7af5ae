import type { Redis } from 'ioredis';
import koaRatelimit from 'koa-ratelimit';
import { createHmac, scryptSync } from 'node:crypto';
import { asLimit, clockMs, isAdmitted, type Limit, type LimitOptions } from './limit';

const namespace = 'lead-intake:limit';
const answerWithinMs = 80; // so that without an answer the local limits decide within 100 ms
const connectWithinMs = 2000;
const silenceMs = 5000; // a connection that died without a word is opened again
const maxPauseMs = 1000;

/** Where several public servers count together. */
export interface SharedCounts {
  redis: Redis;
  /** Names a client in Redis. */
  keyOf: (id: string) => string;
  close: () => Promise<void>;
}

/**
 * Connects to Redis and goes on trying for as long as it is away. Resolves after the first attempt,
 * whatever came of it.
 */
export async function openSharedCounts(redisUrl: string, secret: string): Promise<SharedCounts> {
  const { Redis } = await import('ioredis'); // a tenth of the start for those who need none
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectWithinMs,
    commandTimeout: answerWithinMs,
    socketTimeout: silenceMs,
    retryStrategy: (times) => Math.min(100 * times, maxPauseMs),
  });
  redis.on('error', () => undefined); // whoever asks is told, and logs it once
  await redis.connect().catch(() => undefined);
  return {
    redis,
    keyOf: createNaming(secret),
    close() {
      redis.disconnect(); // nothing here is worth waiting for
      return Promise.resolve();
    },
  };
}

/**
 * An address must not stand in Redis, and a plain hash of one is guessed in seconds. The secret is
 * stretched, so that the names do not give it away either.
 */
function createNaming(secret: string): SharedCounts['keyOf'] {
  const key = scryptSync(secret, namespace, 32);
  return (id) => createHmac('sha256', key).update(id).digest('base64url');
}

/** Counts in Redis; rejects when it does not answer soon. */
export function createSharedLimit({ redis, keyOf }: SharedCounts, options: LimitOptions): Limit {
  const limiter = koaRatelimit({ ...asLimit(options), driver: 'redis', db: redis, namespace });

  return {
    admits: (id) => isAdmitted(limiter, keyOf(id)),

    async msUntilFree(id) {
      // The times of those who were admitted, the latest `max` of them.
      const last = -options.max;
      const [time] = await redis.zrange(`${namespace}:${keyOf(id)}`, `${last}`, `${last}`);
      return time === undefined ? 0 : Math.max(0, Number(time) + options.windowMs - clockMs());
    },
  };
}
