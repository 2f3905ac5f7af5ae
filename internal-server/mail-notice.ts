import type { MailDelivery } from '../common/mail/delivery';

/** What every page says while mail does not go out; undefined while it does. */
export function mailNotice({ state, reason }: ReturnType<MailDelivery['status']>) {
  if (state === 'RUNNING') return undefined;
  if (state === 'NO_SERVER') {
    return 'No mail server is set up (SMTP_URL). Mail waits and goes out once there is one.';
  }
  const cause = reason ? ` (${reason})` : '';
  return `The mail server does not take our mail${cause}. Mail waits and is tried again by itself.`;
}
