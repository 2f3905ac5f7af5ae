import { z } from 'zod';
import { readEnvironment, readFirm, sharedVariables, whole, type Firm } from '../common/config';

const mustBeAbsent = z
  .never('must not be set here: this server has no business with it')
  .optional();

const variables = {
  ...sharedVariables,
  PORT: whole(0, 65_535).prefault('3000'),
  RATE_LIMIT_MAX: whole(1, 1_000_000).prefault('5'),
  RATE_LIMIT_WINDOW_SECONDS: whole(1, 86_400).prefault('60'),
  MAX_RESUME_BYTES: whole(1, 1_073_741_824).prefault(String(10 * 1024 * 1024)),
};

/** Secrets of the other zone: whoever takes over this server must not find them here. */
const foreign = {
  SMTP_URL: mustBeAbsent,
  MIGRATION_DATABASE_URL: mustBeAbsent,
  ADMIN_PASSWORD: mustBeAbsent,
};

/** The names of the variables that this server reads. */
export const publicVariables: readonly string[] = Object.keys(variables);

export interface PublicConfig {
  host: string;
  port: number;
  databaseUrl: string;
  resumeDir: string;
  trustedProxyHops: number;
  firm: Firm;
  rateLimit: { max: number; windowMs: number };
  maxResumeBytes: number;
  logLevel: string;
}

/** Throws a ConfigError that lists every problem. */
export function readPublicConfig(env: NodeJS.ProcessEnv): Readonly<PublicConfig> {
  const values = readEnvironment(z.object({ ...variables, ...foreign }), env);
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    resumeDir: values.RESUME_DIR,
    trustedProxyHops: values.TRUSTED_PROXY_HOPS,
    firm: readFirm(values),
    rateLimit: { max: values.RATE_LIMIT_MAX, windowMs: values.RATE_LIMIT_WINDOW_SECONDS * 1000 },
    maxResumeBytes: values.MAX_RESUME_BYTES,
    logLevel: values.LOG_LEVEL,
  });
}
