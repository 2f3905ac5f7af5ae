import { z } from 'zod';
import {
  emailAddress,
  readEnvironment,
  url,
  urlWithPassword,
  whole,
} from '../common/config/environment';
import { opsSchema, opsVariables } from '../common/config/ops';
import { readShared, sharedVariables } from '../common/config/shared-variables';
import { resumeStoreSchema, resumeStoreVariables } from '../common/resumes/store-config';
import { isTimeZone, spellTimeZone } from '../common/config/time-zone';

/** The database refuses fewer than 30. */
export const auditRetainDays = whole(30, 36_500).optional();

const unknownZone =
  'must be the name of a time zone, as Europe/Berlin or America/New_York (see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones)';

const variables = {
  ...sharedVariables,
  PORT: whole(0, 65_535).prefault('3001'),
  INTERNAL_BASE_URL: url('', 'http:', 'https:')
    .refine((text) => !/[?#]/.test(text), 'must have no query string')
    .optional(),
  SMTP_URL: urlWithPassword('the mail server', 'smtp', 'smtps').optional(),
  MAIL_FROM: emailAddress.optional(),
  ATTORNEY_EMAILS: z
    .string()
    .transform((list) => list.split(',').map((item) => item.trim()))
    .pipe(z.array(emailAddress))
    .transform(withoutRepeats)
    .optional(),
  NOTIFICATION_DETAIL: z.enum(['full', 'reference']).default('full'),
  MAIL_RETRY_MIN_SECONDS: whole(1, 86_400).prefault('30'),
  MAIL_RETRY_MAX_SECONDS: whole(1, 604_800).prefault('21600'),
  MAIL_GIVE_UP_HOURS: whole(1, 8_760).prefault('72'),
  ACK_MAX_PER_HOUR: whole(0, 1_000_000).prefault('200'),
  NOTIFICATION_MAX_PER_HOUR: whole(0, 1_000_000).prefault('60'),
  OVERDUE_AFTER_HOURS: whole(1, 8_760).prefault('24'),
  AUDIT_RETAIN_DAYS: auditRetainDays,
  TIME_ZONE: z.string().default('UTC').refine(isTimeZone, unknownZone).transform(spellTimeZone),
};

/** The names of the variables that this server reads. */
export const internalVariables: readonly string[] = [
  ...Object.keys(variables),
  ...resumeStoreVariables,
  ...opsVariables,
];

const neededForEmail = (name: 'MAIL_FROM' | 'ATTORNEY_EMAILS') => ({
  path: [name],
  message: 'is missing: it is required when SMTP_URL is set',
  when: () => true, // checked even when another variable is invalid
});

const schema = z
  .object(variables)
  .refine(({ SMTP_URL, MAIL_FROM }) => !SMTP_URL || MAIL_FROM, neededForEmail('MAIL_FROM'))
  .refine(
    ({ SMTP_URL, ATTORNEY_EMAILS }) => !SMTP_URL || ATTORNEY_EMAILS,
    neededForEmail('ATTORNEY_EMAILS'),
  )
  .refine((values) => values.MAIL_RETRY_MIN_SECONDS <= values.MAIL_RETRY_MAX_SECONDS, {
    path: ['MAIL_RETRY_MIN_SECONDS'],
    message: 'must not be above MAIL_RETRY_MAX_SECONDS',
  });

type Values = z.output<typeof schema>;

export type InternalConfig = ReturnType<typeof readInternalConfig>;

/** Returns the frozen configuration. Throws a ConfigError that lists every problem. */
export function readInternalConfig(env: NodeJS.ProcessEnv) {
  const values = readEnvironment(schema.and(resumeStoreSchema).and(opsSchema), env);
  return Object.freeze({
    ...readShared(values),
    port: values.PORT,
    resumes: values.resumes,
    ops: values.ops,
    baseUrl: (values.INTERNAL_BASE_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, ''),
    mail: readMail(values),
    attorneyEmails: values.ATTORNEY_EMAILS ?? [],
    notificationDetail: values.NOTIFICATION_DETAIL,
    retryMinSeconds: values.MAIL_RETRY_MIN_SECONDS,
    retryMaxSeconds: values.MAIL_RETRY_MAX_SECONDS,
    giveUpHours: values.MAIL_GIVE_UP_HOURS,
    // 0 turns a limit off.
    ackMaxPerHour: values.ACK_MAX_PER_HOUR || undefined,
    notificationMaxPerHour: values.NOTIFICATION_MAX_PER_HOUR || undefined,
    overdueAfterHours: values.OVERDUE_AFTER_HOURS,
    auditRetainDays: values.AUDIT_RETAIN_DAYS,
    timeZone: values.TIME_ZONE,
  });
}

/** Two spellings of an address that differ in case are one mailbox. */
function withoutRepeats(addresses: string[]): string[] {
  return [...new Map(addresses.map((address) => [address.toLowerCase(), address])).values()];
}

/** The schema requires the sender and the recipients when there is a mail server. */
function readMail({ SMTP_URL: smtpUrl, MAIL_FROM: from, ATTORNEY_EMAILS: to }: Values) {
  return smtpUrl && from && to ? { smtpUrl, from, attorneyEmails: to } : undefined;
}
