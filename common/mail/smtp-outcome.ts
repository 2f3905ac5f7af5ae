import type { SMTPError } from 'nodemailer/lib/smtp-connection';
import type { EmailState, RecipientOutcome } from '../outbox/types';
import { isAccountRefusal } from './account-refusals';
import { codeOf, readRefusal } from './reply';

/** CONNECT includes TLS. */
export type Phase = 'CONNECT' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

export interface SmtpFailure {
  phase: Phase;
  /** A reply code (`550 5.1.1`) or the code of an error (`ECONNREFUSED`). */
  code: string;
}

/**
 * SETTLED: what became of the email at each recipient. UNKNOWN: the server never replied to its last
 * line, so it may have arrived. UNAVAILABLE: the trouble is the mail server's, or our account's.
 */
export type SmtpOutcome =
  | { kind: 'SETTLED'; recipients: RecipientOutcome[] }
  | ({ kind: 'UNKNOWN'; to: string[] } & SmtpFailure)
  | ({ kind: 'UNAVAILABLE' } & SmtpFailure);

/** How far an exchange got before it failed. */
export interface Progress {
  reached: 'CONNECT' | 'AUTH' | 'MAIL';
  /** The server's last reply since MAIL FROM; false if there was none. */
  lastReply: string | false;
  /** Whether the server was given the text, at least a part of it. */
  isHandedOver: boolean;
}

/** Whether the server takes our connection, our sign-in and our sender, and refuses after that. */
export function isOfAccount({ phase }: Pick<SmtpFailure, 'phase'>): boolean {
  return phase === 'RCPT' || phase === 'DATA';
}

const phases = new Map<string | undefined, Phase>([
  ['MAIL FROM', 'MAIL'],
  ['RCPT TO', 'RCPT'],
  ['DATA', 'DATA'],
]);

/** Classifies the error that ended the sending of an email to `to`. */
export function classify(error: SMTPError, progress: Progress, to: string[]): SmtpOutcome {
  const refusal = readRefusal(error.response);
  const code = codeOfError(error);
  if (progress.isHandedOver && !refusal) return { kind: 'UNKNOWN', phase: 'DATA', code, to };

  const phase = phaseOf(error, progress);
  if (phase !== 'RCPT' && phase !== 'DATA') return { kind: 'UNAVAILABLE', phase, code };
  if (refusal && isAccountRefusal(refusal)) return { kind: 'UNAVAILABLE', phase, code };

  const { rejectedErrors = [] } = error;
  if (phase === 'RCPT' && rejectedErrors.length > 0) return settled(to, rejectedErrors);
  const isFinal = refusal ? refusal.code >= 500 : isUnsendable(error);
  const state = isFinal ? 'FAILED' : 'QUEUED';
  return { kind: 'SETTLED', recipients: sameForAll(to, state, { phase, code }) };
}

/** The outcome of a failure that concerns all recipients. */
export function sameForAll(
  to: string[],
  state: EmailState,
  { phase, code }: SmtpFailure,
): RecipientOutcome[] {
  return to.map((address) => ({ address, state, error: `${phase} ${code}` }));
}

/**
 * The outcome at the recipients `to`, of which some were refused and the others accepted. One that was
 * refused for our account, or with what is no refusal, is tried again later.
 */
export function settled(to: string[], refused: SMTPError[]): SmtpOutcome {
  const errors = new Map(refused.map((error) => [error.recipient, error]));
  const recipients = to.map((address): RecipientOutcome => {
    const error = errors.get(address);
    if (!error) return { address, state: 'SENT', error: null };
    const refusal = readRefusal(error.response);
    const isFinal = refusal && refusal.code >= 500 && !isAccountRefusal(refusal);
    const code = codeOfError(error);
    return { address, state: isFinal ? 'FAILED' : 'QUEUED', error: `RCPT ${code}` };
  });
  return { kind: 'SETTLED', recipients };
}

function codeOfError({ response, originalCode, code }: SMTPError): string {
  const refusal = readRefusal(response);
  if (refusal) return codeOf(refusal);
  return response ? 'EPROTOCOL' : (originalCode ?? code ?? 'UNKNOWN');
}

function phaseOf(error: SMTPError, { reached, lastReply, isHandedOver }: Progress): Phase {
  if (reached !== 'MAIL') return reached;
  if (isHandedOver) return 'DATA';
  const refused = phases.get(error.command);
  if (refused) return refused;
  if (isUnsendable(error)) return 'RCPT';
  if (!lastReply) return 'MAIL';
  return lastReply.startsWith('3') ? 'DATA' : 'RCPT';
}

/** Whether nodemailer rejected the address itself, without asking the server. */
function isUnsendable({ command, code }: SMTPError): boolean {
  return command === 'API' && code === 'EENVELOPE';
}
