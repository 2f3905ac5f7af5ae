import { createTransport } from 'nodemailer';
import { connect, type Socket } from 'node:net';
import { isOtherHost, verifiesCertificate } from '../encryption';
import { TimeoutError } from '../resilience/timeout';

/** Reads `SMTP_URL` as nodemailer reads a connection URL, so that all its options may be given. */
export function readSmtpUrl(smtpUrl: string) {
  const { auth, ...connection } = createTransport(smtpUrl).options;
  const { host = 'localhost', port = connection.secure ? 465 : 587 } = connection;
  return { connection: { ...connection, host, port: Number(port) }, auth };
}

const harm = 'others on the network can pose as it, read the emails and take the password';

/** What to warn of when the mail server is another host that is not sure to be spoken to by TLS. */
export function smtpWarning(smtpUrl: string): string | undefined {
  const { host, secure, secured, requireTLS, tls } = readSmtpUrl(smtpUrl).connection;
  if (!isOtherHost(host)) return undefined;
  // Without requireTLS, STARTTLS is used when it is offered, and whoever is in between need not offer it.
  if (secure ? secured : !requireTLS) {
    return `SMTP_URL names another host without requiring TLS: ${harm}. Write smtps://, or add requireTLS=true`;
  }
  if (verifiesCertificate(tls)) return undefined;
  return (
    `SMTP_URL names another host whose certificate is not verified: ${harm}. ` +
    "Remove tls.rejectUnauthorized=false and NODE_TLS_REJECT_UNAUTHORIZED, and name the authority's file in NODE_EXTRA_CA_CERTS"
  );
}

export type SmtpServer = ReturnType<typeof readSmtpUrl>['connection'];

/** `mail.example:587`, as the pages name the mail server. */
export function nameOfServer({ host, port }: Pick<SmtpServer, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Connects within `ms`; `signal` breaks it off. nodemailer has one timeout for this and for the greeting, but a server that
 * does not answer at all is to be noticed soon, and one that greets slowly to be waited for.
 */
export function openSocket(
  { host, port, localAddress }: SmtpServer,
  ms: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...(localAddress && { localAddress }) });
    const giveUp = () => socket.destroy(new TimeoutError('The mail server did not answer'));
    const settle = () => {
      signal.removeEventListener('abort', giveUp);
      socket.setTimeout(0).off('timeout', giveUp).off('error', fail);
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    signal.addEventListener('abort', giveUp);
    socket.setTimeout(ms).once('timeout', giveUp).once('error', fail);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}
