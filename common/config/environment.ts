import { z } from 'zod';
import { encodingProblem, readConnectionString } from '../database/connection-string';

/** Lists every problem of an environment, each with the name of its variable. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Environment = Record<string, string | undefined>;

/** Reads the variables that the schema names. An empty variable counts as missing. */
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

/** A URL that may hold a password: a raw character in it would end the name of the host early. */
export const urlWithPassword = (what: string, ...schemes: string[]) =>
  checked(what, (value) => {
    const starts = schemes.map((scheme) => `${scheme}://`);
    const isOther = !starts.some((start) => value.trim().toLowerCase().startsWith(start));
    if (isOther) return `must be a URL that starts with ${starts.join(' or ')}`;
    const problem = encodingProblem(value);
    if (problem) return problem;
    if (!URL.canParse(value)) return `must be a URL, as in ${starts[0]}user:password@host:port`;
    return new URL(value).hostname ? undefined : 'must name a host';
  });

export const databaseUrl = (what: string) =>
  checked(what, (value) => {
    try {
      readConnectionString(value);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });

function checked(what: string, problemOf: (value: string) => string | undefined) {
  return required(what).superRefine((value, context) => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: 'custom', message });
  });
}

/** Loose on purpose: `admin@localhost` is valid, too. */
export const emailAddress = z
  .string()
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, 'must be an email address');
