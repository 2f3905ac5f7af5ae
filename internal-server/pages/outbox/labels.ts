import type { RecipientRecord } from '../../../common/outbox/types';
import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import { reference } from '../../../common/leads/reference';
import type { EmailState, OutboxEmail } from '../../../common/outbox/types';
import { emailKinds, recipientLabels, repeatText, sharedText } from '../../outbox/labels';
import { emailReason, pauseReason } from '../../outbox/reasons';
import { formatAgo, formatDuration, fullName, secondsSince, toTime } from '../../format';

export const stateNames: Record<EmailState, string> = {
  FAILED: 'Failed',
  UNKNOWN: 'Unconfirmed',
  QUEUED: 'Waiting',
  SENT: 'Sent',
  SKIPPED: 'Not sent',
  DISMISSED: 'Dismissed',
};

/** What the view of a state says when it is empty. */
export const emptyTexts: Record<EmailState, string> = {
  FAILED: 'No email has failed. An email that the mail server rejects permanently appears here.',
  UNKNOWN:
    'Every email was confirmed. One that the mail server was given, and never confirmed, appears here: it may have arrived.',
  QUEUED: 'No email is waiting. New emails go out within seconds.',
  SENT: 'No email has been sent yet. Each lead brings two: one to the prospect, one to the firm.',
  SKIPPED:
    'No email was held back. Emails of flagged leads and repeated acknowledgements appear here.',
  DISMISSED: 'No email is dismissed. Dismiss a failed or waiting email that should never go out.',
};

/** Whether emails are being delivered at this moment, and if not, why. */
export function deliveryLabels(status: DeliveryStatus) {
  const { state, since } = status;
  if (state === 'NO_SERVER') {
    const text =
      'No mail server is configured (SMTP_URL). Emails wait here and go out once there is one.';
    return { isRunning: false, canTryNow: false, text };
  }
  if (state === 'RUNNING') {
    return { isRunning: true, canTryNow: false, text: `Delivery is running, by ${status.server}.` };
  }
  const text =
    `Delivery has been paused for ${formatDuration(secondsSince(since))}, because the mail server ` +
    `${status.server} accepts no email: ${pauseReason(status.reason)}. It was last tried ` +
    `${formatAgo(status.lastTriedAt)}, and is tried every few seconds. Until then, emails wait and do not fail.`;
  return { isRunning: false, canTryNow: true, text };
}

/** An attorney's address that refused notifications lately. */
export function refusedAddress(
  { count, ...record }: RecipientRecord & { count: number },
  attorneys: readonly string[],
) {
  const [label] = recipientLabels([record], attorneys, 'SENT');
  const emails = count === 1 ? '1 notification' : `${count} notifications`;
  return `${label?.address} did not get ${emails} in the last seven days: ${emailReason(record.error ?? '')}.`;
}

const tones: Record<EmailState, string> = {
  FAILED: 'bad',
  UNKNOWN: 'warn',
  QUEUED: 'warn',
  SENT: 'good',
  SKIPPED: '',
  DISMISSED: '',
};

/** An email as a row of the page, with what can be done about it. */
export function emailRow(email: OutboxEmail, attorneys: readonly string[]) {
  const { state, kind, lastError, isClaimed, nextAttemptAt, sentAt } = email;
  const isPlanned = state === 'QUEUED' && !isClaimed && nextAttemptAt.getTime() > Date.now();
  const isUnconfirmed = state === 'UNKNOWN' && !isClaimed;
  const reason = lastError === null ? '' : emailReason(lastError);
  return {
    id: email.id,
    what: emailKinds[kind],
    lead: { id: email.leadId, name: fullName(email), reference: reference(email.leadId) },
    state: isClaimed ? 'Being sent' : stateNames[state],
    tone: tones[state],
    reason: isUnconfirmed ? `may have arrived: ${reason}. ${repeatText(email)}` : reason,
    shared: sharedText(email),
    recipients: recipientLabels(email.recipients, attorneys, state),
    attempts: email.attempts,
    created: toTime(email.createdAt),
    sent: state === 'SENT' && sentAt ? toTime(sentAt) : undefined,
    planned: isPlanned ? toTime(nextAttemptAt) : undefined,
    plannedIn: formatDuration(-secondsSince(nextAttemptAt)),
    actions: actionsFor(email, isPlanned),
  };
}

/** The buttons of an email: the last part of the route, and the label. */
function actionsFor(email: OutboxEmail, isPlanned: boolean) {
  const { state, isClaimed, recipients, gatheredInto, othersInEmail } = email;
  if (isClaimed) return [];
  const actions = [];
  const all = gatheredInto === null && othersInEmail > 0 ? ` all ${othersInEmail + 1}` : '';
  if (['FAILED', 'UNKNOWN', 'DISMISSED'].includes(state)) {
    actions.push({ path: 'resend', label: `Send${all} again` });
  }
  if (state === 'SENT' && recipients.some((recipient) => recipient.state === 'FAILED')) {
    actions.push({ path: 'resend', label: 'Send again to those who refused it' });
  }
  if (isPlanned) actions.push({ path: 'resend', label: 'Try now' });
  if (['FAILED', 'UNKNOWN', 'QUEUED'].includes(state)) {
    actions.push({ path: 'dismiss', label: `Dismiss${all}` });
  }
  return actions;
}
