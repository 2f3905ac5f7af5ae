import { createTransport, type SMTPConnectionOptions, type SMTPTransportOptions } from 'nodemailer';

export interface SmtpServer {
  connection: SMTPConnectionOptions;
  auth: SMTPTransportOptions['auth'];
}

/** Reads `SMTP_URL` as nodemailer reads a connection URL, so that all its options may be given. */
export function readSmtpUrl(smtpUrl: string): SmtpServer {
  const { auth, ...connection } = createTransport(smtpUrl).options;
  return { connection, auth };
}
