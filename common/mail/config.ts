import type { Firm } from '../config/environment';

export interface MailConfig {
  firm: Firm;
  /** Of the internal server, without a slash at its end. */
  baseUrl: string;
  /** Undefined when there is no mail server: the mail then waits in the outbox. */
  mail: MailServerConfig | undefined;
  notificationDetail: 'full' | 'reference';
  retryMinSeconds: number;
  retryMaxSeconds: number;
  giveUpHours: number;
  ackMaxPerHour: number | undefined;
}

export interface MailServerConfig {
  smtpUrl: string;
  from: string;
  attorneyEmails: string[];
}
