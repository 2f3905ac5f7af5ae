import type { MailHistory } from '../common/outbox';
import { ago } from './words';

const kinds = { ACKNOWLEDGEMENT: 'Acknowledgement', NOTIFICATION: 'Notification' };

const reasons: Record<string, string> = {
  FLAGGED: 'the submission is flagged',
  ALREADY_ACKNOWLEDGED: 'this address got one within a day',
};

/** What became of a mail, in words for its lead's page. */
export function mailInWords({ kind, state, attempts, lastError, sentAt }: MailHistory) {
  const reason = lastError === null ? '' : (reasons[lastError] ?? lastError);
  const outcomes = {
    QUEUED: attempts === 0 ? 'waits to be sent' : `waits to be tried again (${reason})`,
    SENT: `sent ${sentAt ? ago(sentAt) : ''}${reason && ` (${reason})`}`,
    FAILED: `failed (${reason})`,
    SKIPPED: `not sent: ${reason}`,
    DISMISSED: `dismissed (${reason})`,
  };
  return { what: kinds[kind], outcome: outcomes[state] };
}
