import type { EmailHistory, EmailState, OutboxEmail } from '../../common/outbox/types';
import { formatAgo } from '../format';

export const emailKinds = { ACKNOWLEDGEMENT: 'Acknowledgement', NOTIFICATION: 'Notification' };

const reasons: Record<string, string> = {
  FLAGGED: 'the submission is flagged',
  ALREADY_ACKNOWLEDGED: 'this address received one within a day',
  'BUILD FAILED': 'the email could not be built',
};

const steps: Record<string, string> = { RCPT: 'a recipient', DATA: 'the text' };

/** Explains the `lastError` of an email: a reason, or the step that failed and a code. */
export function emailReason(lastError: string): string {
  const [step = '', code = ''] = lastError.split(' ');
  const where = steps[step];
  if (!where) return reasons[lastError] ?? lastError;
  return /^\d+$/.test(code)
    ? `the mail server refused ${where}, code ${code}`
    : `sending failed at ${where}, ${code}`;
}

/** Returns the state of an email as the page of its lead shows it. */
export function emailLabels({ kind, state, attempts, lastError, sentAt }: EmailHistory) {
  const reason = lastError === null ? '' : emailReason(lastError);
  const outcomes = {
    QUEUED: reason === '' ? 'waiting to be sent' : `waiting for another attempt (${reason})`,
    SENT: `sent ${sentAt ? formatAgo(sentAt) : ''}${reason && ` (${reason})`}`,
    FAILED: `failed (${reason})`,
    SKIPPED: `not sent: ${reason}`,
    DISMISSED: `dismissed${reason && ` (${reason})`}`,
  };
  return { what: emailKinds[kind], state, attempts, outcome: outcomes[state] };
}

/** Returns why an email could be neither queued again nor dismissed. */
export function refusalReason({ state, sentAt, lastError }: OutboxEmail): string {
  const reasonsByState: Record<EmailState, string> = {
    FAILED: 'has just failed',
    QUEUED: 'is being sent at this moment',
    SENT: `was sent ${sentAt ? formatAgo(sentAt) : ''}`.trim(),
    SKIPPED: `is not sent at all: ${emailReason(lastError ?? '')}`,
    DISMISSED: 'has just been dismissed',
  };
  return `Nothing was changed: this email ${reasonsByState[state]}.`;
}
