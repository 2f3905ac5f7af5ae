import type { SMTPError } from 'nodemailer/lib/smtp-connection';

/** CONNECT includes TLS. */
export type Phase = 'CONNECT' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

export interface Trouble {
  phase: Phase;
  /** A reply code (`550`) or an error's name (`ECONNREFUSED`). */
  code: string;
}

/** REFUSED and DEFERRED belong to the mail; UNAVAILABLE belongs to the mail server. */
export type SmtpOutcome =
  | { kind: 'ACCEPTED'; refusals: string | undefined }
  | ({ kind: 'REFUSED' | 'DEFERRED' | 'UNAVAILABLE' } & Trouble);

const phases = new Map<string | undefined, Phase>([
  ['MAIL FROM', 'MAIL'],
  ['RCPT TO', 'RCPT'],
  ['DATA', 'DATA'],
]);

/**
 * `reached` is the step that failed, and `lastReply` the server's last reply since MAIL FROM was
 * sent: where a connection breaks off, nothing else tells how far the mail came.
 */
export function judge(
  error: SMTPError,
  reached: 'CONNECT' | 'AUTH' | 'MAIL',
  lastReply: string | false,
): SmtpOutcome {
  const { command, responseCode, originalCode, code = 'UNKNOWN' } = error;
  const trouble = {
    phase: reached === 'MAIL' ? phaseOf(command, code, lastReply) : reached,
    code: String(responseCode ?? originalCode ?? code),
  };
  if (trouble.phase !== 'RCPT' && trouble.phase !== 'DATA') {
    return { kind: 'UNAVAILABLE', ...trouble };
  }
  const isFinal = responseCode === undefined ? isUnsendable(command, code) : responseCode >= 500;
  return { kind: isFinal ? 'REFUSED' : 'DEFERRED', ...trouble };
}

function phaseOf(command: string | undefined, code: string, lastReply: string | false): Phase {
  const answered = phases.get(command);
  if (answered) return answered;
  if (isUnsendable(command, code)) return 'RCPT';
  if (!lastReply) return 'MAIL';
  return lastReply.startsWith('3') ? 'DATA' : 'RCPT';
}

/** The address itself is impossible; the server was not even asked. */
function isUnsendable(command: string | undefined, code: string): boolean {
  return command === 'API' && code === 'EENVELOPE';
}

/** What some of the recipients met with while others accepted: `REFUSED 550 1 of 3`. */
export function describeRefusals(errors: SMTPError[], recipients: number): string | undefined {
  if (errors.length === 0) return undefined;
  const codes = new Set(errors.map(({ responseCode, code }) => responseCode ?? code));
  return `REFUSED ${[...codes].join('/')} ${errors.length} of ${recipients}`;
}
