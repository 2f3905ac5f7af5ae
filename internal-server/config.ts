import { z } from 'zod';
import {
  ConfigError,
  emailAddress,
  readEnvironment,
  readFirm,
  sharedVariables,
  url,
  whole,
  type Firm,
} from '../common/config';

const variables = {
  ...sharedVariables,
  PORT: whole(0, 65_535).prefault('3001'),
  INTERNAL_BASE_URL: url('where attorneys reach this server', 'http:', 'https:').optional(),
  SMTP_URL: url('the mail server', 'smtp:', 'smtps:').optional(),
  MAIL_FROM: emailAddress.optional(),
  ATTORNEY_EMAILS: z
    .string()
    .transform((list) => list.split(',').map((item) => item.trim()))
    .pipe(z.array(emailAddress))
    .optional(),
  NOTIFICATION_DETAIL: z.enum(['full', 'reference']).default('full'),
  MAIL_RETRY_MIN_SECONDS: whole(1, 86_400).prefault('30'),
  MAIL_RETRY_MAX_SECONDS: whole(1, 604_800).prefault('21600'),
  MAIL_GIVE_UP_HOURS: whole(1, 8_760).prefault('72'),
  ACK_MAX_PER_HOUR: whole(1, 1_000_000).optional(),
};

/** The names of the variables that this server reads. */
export const internalVariables: readonly string[] = Object.keys(variables);

export interface MailConfig {
  smtpUrl: string;
  from: string;
  attorneyEmails: string[];
}

export interface InternalConfig {
  host: string;
  port: number;
  databaseUrl: string;
  resumeDir: string;
  trustedProxyHops: number;
  firm: Firm;
  /** Without a slash at its end. */
  baseUrl: string;
  /** Undefined when there is no mail server yet: the mail then waits in the outbox. */
  mail: MailConfig | undefined;
  notificationDetail: 'full' | 'reference';
  retryMinSeconds: number;
  retryMaxSeconds: number;
  giveUpHours: number;
  ackMaxPerHour: number | undefined;
  logLevel: string;
}

/** Throws a ConfigError that lists every problem. */
export function readInternalConfig(env: NodeJS.ProcessEnv): Readonly<InternalConfig> {
  const values = readEnvironment(z.object(variables), env);
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    resumeDir: values.RESUME_DIR,
    trustedProxyHops: values.TRUSTED_PROXY_HOPS,
    firm: readFirm(values),
    baseUrl: (values.INTERNAL_BASE_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, ''),
    mail: readMail(values),
    notificationDetail: values.NOTIFICATION_DETAIL,
    retryMinSeconds: values.MAIL_RETRY_MIN_SECONDS,
    retryMaxSeconds: values.MAIL_RETRY_MAX_SECONDS,
    giveUpHours: values.MAIL_GIVE_UP_HOURS,
    ackMaxPerHour: values.ACK_MAX_PER_HOUR,
    logLevel: values.LOG_LEVEL,
  });
}

/** A mail server is of use only with a sender and with recipients. */
function readMail(values: {
  SMTP_URL?: string | undefined;
  MAIL_FROM?: string | undefined;
  ATTORNEY_EMAILS?: string[] | undefined;
}): MailConfig | undefined {
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, ATTORNEY_EMAILS: attorneyEmails } = values;
  if (!smtpUrl) return undefined;
  if (from && attorneyEmails) return { smtpUrl, from, attorneyEmails };
  const problems = Object.entries({ MAIL_FROM: from, ATTORNEY_EMAILS: attorneyEmails })
    .filter(([, value]) => !value)
    .map(([name]) => `${name}: is missing: SMTP_URL is set, so mail needs it`);
  throw new ConfigError(problems);
}
