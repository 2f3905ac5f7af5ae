import type { Firm } from '../config/shared-variables';

export interface MailConfig {
  firm: Firm;
  /** Of the internal server, without a trailing slash. */
  baseUrl: string;
  /** Undefined without a mail server: emails then wait in the outbox. */
  mail: MailServerConfig | undefined;
  notificationDetail: 'full' | 'reference';
  retryMinSeconds: number;
  retryMaxSeconds: number;
  giveUpHours: number;
  /** Of acknowledgements; undefined for no limit. */
  ackMaxPerHour: number | undefined;
  /** Of emails that notify; undefined for no limit. */
  notificationMaxPerHour: number | undefined;
}

export interface MailServerConfig {
  smtpUrl: string;
  from: string;
  attorneyEmails: string[];
}
