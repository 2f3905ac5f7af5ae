import { isOtherHost, verifiesCertificate } from '../encryption';
import { readSmtpUrl } from './smtp-server';

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
