import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import { reference } from '../../../common/leads/reference';
import type { EmailState, OutboxEmail } from '../../../common/outbox/types';
import { emailKinds, emailReason } from '../../outbox/labels';
import { formatDuration, fullName, secondsSince, toTime } from '../../format';

export const stateNames: Record<EmailState, string> = {
  FAILED: 'Failed',
  QUEUED: 'Waiting',
  SENT: 'Sent',
  SKIPPED: 'Not sent',
  DISMISSED: 'Dismissed',
};

/** What the view of a state says when it is empty. */
export const emptyTexts: Record<EmailState, string> = {
  FAILED: 'No email has failed. An email that the mail server rejects permanently appears here.',
  QUEUED: 'No email is waiting. New emails go out within seconds.',
  SENT: 'No email has been sent yet. Each lead brings two: one to the prospect, one to the firm.',
  SKIPPED:
    'No email was held back. Emails of flagged leads and repeated acknowledgements appear here.',
  DISMISSED: 'No email is dismissed. Dismiss a failed or waiting email that should never go out.',
};

/** Whether emails are being delivered at this moment, and if not, why. */
export function deliveryText({ state, since, reason }: DeliveryStatus): string {
  if (state === 'RUNNING') return 'Delivery is running.';
  if (state === 'NO_SERVER') {
    return 'No mail server is configured (SMTP_URL). Emails wait here and go out once there is one.';
  }
  const cause = reason ? ` (${reason})` : '';
  return `Delivery has been paused for ${formatDuration(secondsSince(since))}: the mail server does not accept our emails${cause}. We try it every few seconds. Until then, emails wait and do not fail.`;
}

const tones: Record<EmailState, string> = {
  FAILED: 'bad',
  QUEUED: 'warn',
  SENT: 'good',
  SKIPPED: '',
  DISMISSED: '',
};

/** An email as a row of the page, with what can be done about it. */
export function emailRow(email: OutboxEmail) {
  const { state, kind, lastError, isClaimed, nextAttemptAt, sentAt } = email;
  const isWaiting = state === 'QUEUED' && !isClaimed;
  const isPlanned = isWaiting && nextAttemptAt.getTime() > Date.now();
  return {
    id: email.id,
    what: emailKinds[kind],
    lead: { id: email.leadId, name: fullName(email), reference: reference(email.leadId) },
    state: isClaimed ? 'Being sent' : stateNames[state],
    tone: tones[state],
    reason: lastError === null ? '' : emailReason(lastError),
    attempts: email.attempts,
    created: toTime(email.createdAt),
    sent: state === 'SENT' && sentAt ? toTime(sentAt) : undefined,
    planned: isPlanned ? toTime(nextAttemptAt) : undefined,
    plannedIn: formatDuration(-secondsSince(nextAttemptAt)),
    actions: actionsFor(state, isWaiting, isPlanned),
  };
}

/** The buttons of an email: the last part of the route, and the label. */
function actionsFor(state: EmailState, isWaiting: boolean, isPlanned: boolean) {
  const actions = [];
  if (state === 'FAILED' || state === 'DISMISSED') {
    actions.push({ path: 'resend', label: 'Send again' });
  }
  if (isPlanned) actions.push({ path: 'resend', label: 'Try now' });
  if (state === 'FAILED' || isWaiting) actions.push({ path: 'dismiss', label: 'Dismiss' });
  return actions;
}
