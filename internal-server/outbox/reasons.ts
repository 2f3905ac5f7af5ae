/**
 * Explains the `lastError` of an email or of one of its recipients: a reason, or the step that failed
 * and a code. Never shows that code alone.
 */
export function emailReason(lastError: string): string {
  const reason = reasons.get(lastError) ?? ofEarlierVersions(lastError);
  if (reason) return reason;
  const { step, code, status, error } = readError(lastError);
  if (!places.has(step)) return lastError; // an event outlives the code that wrote it
  if (error !== undefined) return `${lossOf(error)} ${places.get(step) ?? ''}`.trim();
  const what = refusals[step]?.(code, status) ?? 'the mail server refused it';
  return `${what} (code ${[code, status].filter(Boolean).join(' ')})`;
}

/** Explains why the mail server accepts no email at all. */
export function pauseReason(reason: string): string {
  const { step, code, status, error } = readError(reason);
  if (error !== undefined) return `${lossOf(error)} ${places.get(step) ?? ''}`.trim();
  const what = {
    CONNECT: 'it turns our connection away',
    AUTH: code >= 500 ? 'it refuses our user name or password' : 'it takes no sign-in just now',
    MAIL: code >= 500 ? 'it refuses our sender address' : 'it takes no email just now',
  }[step];
  const said = what ?? 'it refuses what our account sends: a limit is reached, or it may not send';
  return `${said} (code ${[code, status].filter(Boolean).join(' ')})`;
}

interface ReadError {
  step: string;
  code: number;
  /** The enhanced status code (RFC 3463). */
  status: string | undefined;
  /** Instead of a reply: what went wrong with the connection. */
  error: string | undefined;
}

function readError(text: string): ReadError {
  const [step = '', code = '', status] = text.split(' ');
  const isReply = /^\d+$/.test(code);
  return { step, code: isReply ? Number(code) : 0, status, error: isReply ? undefined : code };
}

const reasons = new Map([
  ['FLAGGED', 'the submission is flagged'],
  ['EXAMPLE', 'this is an example lead'],
  ['ALREADY_ACKNOWLEDGED', 'this address received one within a day'],
  ['ADDRESS INVALID', 'the address is not one that the form accepts'],
  ['NO_RECIPIENT', 'nobody is left in ATTORNEY_EMAILS to send it to'],
  ['BUILD FAILED', 'the email could not be built; the log of the server says why'],
  [
    'RECORD FAILED',
    'it was handed to the mail server, but the database did not take the outcome; the log of the server says why',
  ],
]);

/** `REFUSED 550/451 1 of 3`, as it was recorded before there was a record for each recipient. */
function ofEarlierVersions(lastError: string): string | undefined {
  const [, codes, count, all] = /^REFUSED (\S+) (\d+) of (\d+)$/.exec(lastError) ?? [];
  return codes && `${count} of ${all} recipients were refused (code ${codes})`;
}

const places = new Map([
  ['CONNECT', 'while connecting'],
  ['AUTH', 'while signing in'],
  ['MAIL', 'when it was told the sender'],
  ['RCPT', 'when it was told the recipient'],
  ['DATA', 'after it was given the text'],
]);

const losses = new Map([
  ['ETIMEDOUT', 'the mail server did not reply in time'],
  ['NO_REPLY', 'the mail server did not reply'],
  ['ECONNREFUSED', 'nothing accepts connections at that address'],
  ['ENOTFOUND', 'the name of the mail server is unknown'],
  ['EDNS', 'the name of the mail server could not be looked up'],
  ['EAI_AGAIN', 'the name of the mail server could not be looked up'],
  ['ECONNECTION', 'the connection was lost'],
  ['ECONNRESET', 'the connection was lost'],
  ['ESOCKET', 'the connection was lost'],
  ['EPIPE', 'the connection was lost'],
  ['EHOSTUNREACH', 'the mail server cannot be reached'],
  ['ENETUNREACH', 'the mail server cannot be reached'],
  ['EPROTOCOL', 'the mail server gave an unexpected reply'],
  ['ETLS', 'no encrypted connection could be made'],
  ['EENVELOPE', 'the address is not one that can be sent to'],
]);

function lossOf(error: string): string {
  if (/CERT|SSL|TLS|SIGNATURE/.test(error)) return 'no encrypted connection could be made';
  return losses.get(error) ?? `the connection failed (${error})`;
}

type Explain = (code: number, status?: string) => string;

const refusals: Record<string, Explain> = {
  RCPT: (code, status = '') => {
    const later = 'the mail server asked to try this recipient again later';
    if (code < 500) return status === '4.2.2' ? 'the mailbox is full' : later;
    return recipientStatuses.get(status.slice(2)) ?? 'the mail server refused the recipient';
  },
  DATA: (code, status = '') => {
    if (code < 500) return 'the mail server asked to try again later';
    const isPolicy = status.startsWith('5.7.');
    return isPolicy ? 'the mail server takes it for unwanted' : 'the mail server refused the text';
  },
};

/** By subject and detail (RFC 3463, section 3). */
const recipientStatuses = new Map([
  ['1.1', 'there is no such mailbox'],
  ['1.2', 'the domain of the address is unknown'],
  ['1.10', 'the domain of the address takes no email'],
  ['2.1', 'the mailbox takes no email'],
  ['2.2', 'the mailbox is full'],
  ['7.1', 'the recipient takes no email from us'],
]);
