import type { EmailHistory } from '../../common/outbox/types';
import { ago } from '../format';

export const emailKinds = { ACKNOWLEDGEMENT: 'Acknowledgement', NOTIFICATION: 'Notification' };

const reasons: Record<string, string> = {
  FLAGGED: 'the submission is flagged',
  ALREADY_ACKNOWLEDGED: 'this address got one within a day',
};

const steps: Record<string, string> = {
  BUILD: 'making the mail',
  RCPT: 'a recipient',
  DATA: 'the text',
};

/** Why a mail is as it is, from what the outbox holds of it: a reason, or a step and a code. */
export function emailReason(lastError: string): string {
  const [step = '', code = ''] = lastError.split(' ');
  const where = steps[step];
  if (!where) return reasons[lastError] ?? lastError;
  return /^\d+$/.test(code)
    ? `the mail server refused ${where}, code ${code}`
    : `broke off at ${where}, ${code}`;
}

/** What became of a mail, in words for its lead's page. */
export function emailLabels({ kind, state, attempts, lastError, sentAt }: EmailHistory) {
  const reason = lastError === null ? '' : emailReason(lastError);
  const outcomes = {
    QUEUED: reason === '' ? 'waits to be sent' : `waits to be tried again (${reason})`,
    SENT: `sent ${sentAt ? ago(sentAt) : ''}${reason && ` (${reason})`}`,
    FAILED: `failed (${reason})`,
    SKIPPED: `not sent: ${reason}`,
    DISMISSED: `dismissed${reason && ` (${reason})`}`,
  };
  return { what: emailKinds[kind], state, attempts, outcome: outcomes[state] };
}
