import { z } from 'zod';

/** Every problem of an environment at once, each with the name of its variable. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Environment = Record<string, string | undefined>;

/** Reads the variables that the schema names; an empty one counts as missing. */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
  );
}

export const required = (what: string) =>
  z.string({
    error: (issue) => (issue.input === undefined ? `is missing: ${what}` : 'is invalid'),
  });

/** A whole number of the stated range. */
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`);

export const url = (what: string, ...protocols: string[]) =>
  required(what).refine(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );

/** Loose on purpose: `admin@localhost` is one, too. */
export const emailAddress = z
  .string()
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, 'must be an email address');

/** What both servers read under the same names, each from its own environment. */
export const sharedVariables = {
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: url("this server's own Postgres login", 'postgres:', 'postgresql:'),
  TRUSTED_PROXY_HOPS: whole(0, 10).prefault('0'),
  DRAIN_SECONDS: whole(0, 300).prefault('0'),
  FIRM_NAME: z.string().default('Our firm'),
  FIRM_CONTACT: z.string().optional(),
  FIRM_PRIVACY_URL: url('', 'https:', 'http:').optional(),
  FIRM_DISCLAIMER: z.string().optional(),
  FIRM_REPLY_TIME: z.string().default('a few working days'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
};

/** The firm's own words, shown on the form, the pages and in the mails. */
export interface Firm {
  name: string;
  contact: string | undefined;
  privacyUrl: string | undefined;
  disclaimer: string | undefined;
  /** Within what time an attorney usually reads a submission. */
  replyTime: string;
}

type SharedValues = z.output<z.ZodObject<typeof sharedVariables>>;

/** What every server's configuration has of the shared variables. */
export function readShared(values: SharedValues) {
  const firm: Firm = {
    name: values.FIRM_NAME,
    contact: values.FIRM_CONTACT,
    privacyUrl: values.FIRM_PRIVACY_URL,
    disclaimer: values.FIRM_DISCLAIMER,
    replyTime: values.FIRM_REPLY_TIME,
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
