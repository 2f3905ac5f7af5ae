import type { SMTPError } from 'nodemailer/lib/smtp-connection';

/** CONNECT includes TLS. */
export type Phase = 'CONNECT' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

export interface SmtpFailure {
  phase: Phase;
  /** A reply code (`550`) or the code of an error (`ECONNREFUSED`). */
  code: string;
}

/** REFUSED and DEFERRED concern the one email, UNAVAILABLE the mail server. */
export type SmtpOutcome =
  | { kind: 'ACCEPTED'; refusals: string | undefined }
  | ({ kind: 'REFUSED' | 'DEFERRED' | 'UNAVAILABLE' } & SmtpFailure);

const phases = new Map<string | undefined, Phase>([
  ['MAIL FROM', 'MAIL'],
  ['RCPT TO', 'RCPT'],
  ['DATA', 'DATA'],
]);

/**
 * Classifies the error of the step `reached`. `lastReply` is the server's last reply since MAIL
 * FROM: when a connection breaks, nothing else tells how far the email got.
 */
export function classify(
  error: SMTPError,
  reached: 'CONNECT' | 'AUTH' | 'MAIL',
  lastReply: string | false,
): SmtpOutcome {
  const { command, responseCode, originalCode, code = 'UNKNOWN' } = error;
  const failure = {
    phase: reached === 'MAIL' ? phaseOf(command, code, lastReply) : reached,
    code: String(responseCode ?? originalCode ?? code),
  };
  if (failure.phase !== 'RCPT' && failure.phase !== 'DATA') {
    return { kind: 'UNAVAILABLE', ...failure };
  }
  const isFinal = responseCode === undefined ? isUnsendable(command, code) : responseCode >= 500;
  return { kind: isFinal ? 'REFUSED' : 'DEFERRED', ...failure };
}

function phaseOf(command: string | undefined, code: string, lastReply: string | false): Phase {
  const refused = phases.get(command);
  if (refused) return refused;
  if (isUnsendable(command, code)) return 'RCPT';
  if (!lastReply) return 'MAIL';
  return lastReply.startsWith('3') ? 'DATA' : 'RCPT';
}

/** Whether nodemailer rejected the address itself, without asking the server. */
function isUnsendable(command: string | undefined, code: string): boolean {
  return command === 'API' && code === 'EENVELOPE';
}

/** Returns what some recipients were refused with while others accepted: `REFUSED 550 1 of 3`. */
export function summarizeRefusals(errors: SMTPError[], recipients: number): string | undefined {
  if (errors.length === 0) return undefined;
  const codes = new Set(errors.map(({ responseCode, code }) => responseCode ?? code));
  return `REFUSED ${[...codes].join('/')} ${errors.length} of ${recipients}`;
}
