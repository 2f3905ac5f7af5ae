import { z } from 'zod';
import { databaseUrl, url, whole } from './environment';

/** The variables that both servers read, each from its own environment. */
export const sharedVariables = {
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: databaseUrl("this server's own Postgres login"),
  TRUSTED_PROXY_HOPS: whole(0, 10).prefault('0'),
  DRAIN_SECONDS: whole(0, 300).prefault('0'),
  FIRM_NAME: z.string().default('Our firm'),
  FIRM_CONTACT: z.string().optional(),
  FIRM_PRIVACY_URL: url('', 'https:', 'http:').optional(),
  FIRM_DISCLAIMER: z.string().optional(),
  FIRM_REPLY_TIME: z.string().default('a few working days'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
};

type SharedValues = z.output<z.ZodObject<typeof sharedVariables>>;

/** Turns the shared variables into the part of the configuration that both servers have. */
export function readShared(values: SharedValues) {
  const firm = {
    name: values.FIRM_NAME,
    contact: values.FIRM_CONTACT,
    privacyUrl: values.FIRM_PRIVACY_URL,
    disclaimer: values.FIRM_DISCLAIMER,
    replyTime: values.FIRM_REPLY_TIME, // how soon an attorney usually reads a submission
  };
  return {
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    trustedProxyHops: values.TRUSTED_PROXY_HOPS,
    drainMs: values.DRAIN_SECONDS * 1000,
    logLevel: values.LOG_LEVEL,
    firm,
  };
}

export type SharedConfig = ReturnType<typeof readShared>;

/** The firm's own texts, for the form, the pages and the emails. */
export type Firm = SharedConfig['firm'];
