import { hashAddress } from '../../common/outbox/recipients';
import { hoursToRepeat } from '../../common/outbox/repeats';
import type {
  EmailHistory,
  EmailState,
  LeadEmail,
  OutboxEmail,
  RecipientRecord,
} from '../../common/outbox/types';
import { formatAgo, formatDuration, secondsSince } from '../format';
import { emailReason } from './reasons';

export const emailKinds = { ACKNOWLEDGEMENT: 'Acknowledgement', NOTIFICATION: 'Notification' };

/** Returns the state of an email as the page of its lead shows it. */
export function emailLabels(email: LeadEmail, attorneys: readonly string[]) {
  const { kind, state, attempts, lastError, sentAt, recipients } = email;
  const reason = lastError === null ? '' : emailReason(lastError);
  const outcomes: Record<EmailState, string> = {
    QUEUED: reason === '' ? 'waiting to be sent' : `waiting for another attempt (${reason})`,
    SENT: `sent ${sentAt ? formatAgo(sentAt) : ''}${reason && ` (${reason})`}`,
    UNKNOWN: `may have arrived: ${reason}. ${repeatText(email)}`,
    FAILED: `failed (${reason})`,
    SKIPPED: `not sent: ${reason}`,
    DISMISSED: `dismissed${reason && ` (${reason})`}`,
  };
  return {
    what: emailKinds[kind],
    state,
    attempts,
    outcome: [sharedText(email), outcomes[state]].filter(Boolean).join(': '),
    recipients: recipientLabels(recipients, attorneys, state),
  };
}

/** Says that an email was gathered with others; empty for one by itself. */
export function sharedText({ othersInEmail: others }: EmailHistory): string {
  if (others === 0) return '';
  return others === 1 ? 'in one email with another' : `in one email with ${others} others`;
}

/** What happens to an email whose outcome is unknown. */
export function repeatText({ unanswered, nextAttemptAt }: EmailHistory): string {
  if (hoursToRepeat(unanswered ?? 1) === undefined) {
    return 'It is not sent again unless an administrator says so in the outbox.';
  }
  const wait = formatDuration(Math.max(0, -secondsSince(nextAttemptAt)));
  return `It is sent once more in ${wait}, in case it did not arrive.`;
}

/** Says of each recipient what became of an email in `emailState` there, where that differs. */
export function recipientLabels(
  recipients: RecipientRecord[],
  attorneys: readonly string[],
  emailState: EmailState,
) {
  const addresses = new Map(attorneys.map((address) => [hashAddress(address), address]));
  return recipients.map(({ hash, state, error }) => ({
    address: addresses.get(hash) ?? 'An address that is no longer in ATTORNEY_EMAILS',
    state,
    outcome: recipientOutcome(state, error, emailState),
  }));
}

function recipientOutcome(state: EmailState, error: string | null, emailState: EmailState): string {
  const isTriedAgain = emailState === 'QUEUED' || emailState === 'UNKNOWN';
  const why = error === null ? '' : `: ${emailReason(error)}`;
  const outcomes: Partial<Record<EmailState, string>> = {
    SENT: 'sent',
    QUEUED: `${isTriedAgain ? 'tried again later' : 'not sent'}${why}`,
    UNKNOWN: `may have arrived${why}`,
    FAILED: `refused${why}`,
  };
  return outcomes[state] ?? `not sent${why}`;
}

/** Returns why an email could be neither queued again nor dismissed. */
export function refusalReason({ state, sentAt, lastError, isClaimed }: OutboxEmail): string {
  const reasonsByState: Record<EmailState, string> = {
    FAILED: 'has just failed',
    UNKNOWN: 'has just been sent, and the mail server did not confirm it',
    QUEUED: 'is being sent at this moment',
    SENT: `was sent ${sentAt ? formatAgo(sentAt) : ''}`.trim(),
    SKIPPED: `is not sent at all: ${emailReason(lastError ?? '')}`,
    DISMISSED: 'has just been dismissed',
  };
  return `Nothing was changed: this email ${reasonsByState[isClaimed ? 'QUEUED' : state]}.`;
}
