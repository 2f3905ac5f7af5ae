import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import { countedAtMost } from '../../../common/outbox/admin';
import type { EmailState, OutboxEmail } from '../../../common/outbox/types';
import { emailKinds, emailReason } from '../../outbox/labels';
import { counted, duration } from '../../format';

export const stateNames: Record<EmailState, string> = {
  FAILED: 'Failed',
  QUEUED: 'Waiting',
  SENT: 'Sent',
  SKIPPED: 'Not sent',
  DISMISSED: 'Dismissed',
};

/** Of the views without any mail. */
export const emptyWords: Record<EmailState, string> = {
  FAILED: 'No mail has failed. One that the mail server refuses for good appears here.',
  QUEUED: 'No mail waits. New mail goes out within seconds.',
  SENT: 'No mail has been sent yet. Each lead brings two: one to the prospect, one to the firm.',
  SKIPPED:
    'Nothing was held back. Mail of flagged leads and repeated acknowledgements appear here.',
  DISMISSED: 'No mail is dismissed. Dismiss one that fails or waits and should never go out.',
};

export function countLabel(count: number): string {
  return counted(count, countedAtMost);
}

/** How delivery stands at this moment. */
export function deliveryLabel({ state, since, reason }: DeliveryStatus): string {
  if (state === 'RUNNING') return 'Delivery is running.';
  if (state === 'NO_SERVER') {
    return 'No mail server is set up (SMTP_URL). Mail waits here and goes out once there is one.';
  }
  const length = duration((Date.now() - since.getTime()) / 1000);
  const cause = reason ? ` (${reason})` : '';
  return `Delivery has been paused for ${length}: the mail server does not take our mail${cause}. It is tried every few seconds; mail waits and does not fail meanwhile.`;
}

/** One row of the page, with what can be done about it. */
export function emailRow(mail: OutboxEmail) {
  const { state, kind, lastError, isClaimed, nextAttemptAt, sentAt } = mail;
  const isDue = nextAttemptAt.getTime() <= Date.now();
  const waits = state === 'QUEUED' && !isClaimed;
  return {
    ...mail,
    what: emailKinds[kind],
    stateName: isClaimed ? 'Being sent' : stateNames[state],
    why: lastError === null ? '' : emailReason(lastError),
    plannedAt: waits && !isDue ? nextAttemptAt : undefined,
    sentAt: state === 'SENT' ? sentAt : null,
    resend: resendLabel(state, waits && !isDue),
    canBeDismissed: state === 'FAILED' || waits,
  };
}

function resendLabel(state: EmailState, isPlanned: boolean): string | undefined {
  if (state === 'FAILED' || state === 'DISMISSED') return 'Send again';
  return isPlanned ? 'Try now' : undefined;
}
