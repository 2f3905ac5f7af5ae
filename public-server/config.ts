import { z } from 'zod';
import { readEnvironment, urlWithPassword, whole } from '../common/config/environment';
import { readConnectionString } from '../common/database/connection-string';
import { opsSchema, opsVariables } from '../common/config/ops';
import { readShared, sharedVariables } from '../common/config/shared-variables';
import { resumeStoreSchema, resumeStoreVariables } from '../common/resumes/store-config';
import type { ConnectionLimits } from './connections/limit-connections';
import type { RateLimits } from './rate-limit/rate-limit';

const mustBeAbsent = z.never('must not be set here: this server has no use for it').optional();

const isOrigin = (value: string) =>
  URL.canParse(value) &&
  !value.includes('*') && // valid in a URL
  /^https?:$/.test(new URL(value).protocol) &&
  new URL(value).origin === value;

function hasPassword(url: string): boolean {
  try {
    return readConnectionString(url).password !== undefined;
  } catch {
    return true; // what is wrong with it is reported by itself
  }
}

const origins = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .refine(
    (list) => list.every(isOrigin),
    'must be origins, as in https://www.firm.example, with commas between them',
  );

const variables = {
  ...sharedVariables,
  PORT: whole(0, 65_535).prefault('3000'),
  RATE_LIMIT_MAX: whole(1, 1_000_000).prefault('5'),
  RATE_LIMIT_WINDOW_SECONDS: whole(1, 86_400).prefault('60'),
  RATE_LIMIT_TOTAL_MAX: whole(0, 1_000_000).prefault('600'),
  CONNECTIONS_PER_NETWORK_MAX: whole(1, 1_000_000).prefault('20'),
  CONNECTIONS_MAX: whole(1, 1_000_000).prefault('2000'),
  REDIS_URL: urlWithPassword('', 'redis', 'rediss').optional(),
  CORS_ORIGINS: origins.optional(),
  MAX_RESUME_BYTES: whole(1, 1_073_741_824).prefault(String(10 * 1024 * 1024)),
};

/** Secrets of the internal zone, which an intruder on this server must not find. */
const foreign = {
  SMTP_URL: mustBeAbsent,
  MIGRATION_DATABASE_URL: mustBeAbsent,
  ADMIN_PASSWORD: mustBeAbsent,
  STORAGE_EMULATOR_HOST: mustBeAbsent, // silently turns off authentication
};

/** The names of the variables that this server reads. */
export const publicVariables: readonly string[] = [
  ...Object.keys(variables),
  ...resumeStoreVariables,
  ...opsVariables,
];

export type PublicConfig = ReturnType<typeof readPublicConfig>;

/** Throws a ConfigError that lists every problem. */
export function readPublicConfig(env: NodeJS.ProcessEnv) {
  const values = readEnvironment(
    z
      .object({ ...variables, ...foreign })
      .refine(({ REDIS_URL, DATABASE_URL }) => !REDIS_URL || hasPassword(DATABASE_URL), {
        path: ['REDIS_URL'],
        message: 'needs a password in DATABASE_URL, which protects the addresses that are counted',
      })
      .and(resumeStoreSchema)
      .and(opsSchema),
    env,
  );
  const rateLimit: RateLimits = {
    max: values.RATE_LIMIT_MAX,
    windowMs: values.RATE_LIMIT_WINDOW_SECONDS * 1000,
    totalMax: values.RATE_LIMIT_TOTAL_MAX || undefined, // 0: off
  };
  const connections: ConnectionLimits = {
    max: values.CONNECTIONS_MAX,
    perNetworkMax: values.CONNECTIONS_PER_NETWORK_MAX,
  };
  return Object.freeze({
    ...readShared(values),
    port: values.PORT,
    resumes: values.resumes,
    ops: values.ops,
    rateLimit,
    connections,
    redisUrl: values.REDIS_URL,
    corsOrigins: values.CORS_ORIGINS ?? [], // whose scripts may send the form
    maxResumeBytes: values.MAX_RESUME_BYTES,
  });
}
