import type { RedisOptions } from 'ioredis';
import { createHmac, scryptSync } from 'node:crypto';
import { isOtherHost, verifiesCertificate } from '../../common/encryption';

export const namespace = 'lead-intake:limit';
const replyWithinMs = 80; // so that the local limits decide within 100 ms when none comes
const connectWithinMs = 2000;
const silenceMs = 5000; // a connection that died without a word is opened again
const maxPauseMs = 1000;

/** Where several public servers count together. */
export type SharedCounts = Awaited<ReturnType<typeof openSharedCounts>>;

/**
 * Connects to Redis, and keeps trying while it is unavailable. Resolves after the first attempt,
 * whether or not it succeeded.
 */
export async function openSharedCounts(redisUrl: string, secret: string) {
  const { Redis } = await import('ioredis'); // a tenth of the start, for servers that need it only
  const redis = new Redis(new URL(redisUrl).href, {
    // ioredis knows rediss:// in small letters only
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectWithinMs,
    commandTimeout: replyWithinMs,
    socketTimeout: silenceMs,
    retryStrategy: (times) => Math.min(100 * times, maxPauseMs),
  });
  redis.on('error', () => undefined); // each command fails, too, and the circuit breaker logs it
  await redis.connect().catch(() => undefined);
  return { redis, keyOf: createKeyOf(secret) };
}

/** What to warn of when Redis is on another host and is not spoken to by verified TLS. */
export function redisWarning({ host = 'localhost', path, tls }: RedisOptions): string | undefined {
  if (path || !isOtherHost(host) || (tls && verifiesCertificate(tls))) return undefined;
  const [problem, remedy] = tls
    ? [
        'whose certificate is not verified',
        "Remove NODE_TLS_REJECT_UNAUTHORIZED, and name the authority's file in NODE_EXTRA_CA_CERTS",
      ]
    : ['without TLS', 'Write rediss://'];
  return (
    `REDIS_URL names another host ${problem}: others on the network can pose as it, take its ` +
    `password and change the counts. ${remedy}`
  );
}

/**
 * Returns the name under which a client is counted in Redis. It must hold no address, and a plain
 * hash of one is guessed in seconds. The secret is stretched, so that it cannot be guessed from the
 * names either.
 */
function createKeyOf(secret: string): (id: string) => string {
  const key = scryptSync(secret, namespace, 32);
  return (id) => createHmac('sha256', key).update(id).digest('base64url');
}
