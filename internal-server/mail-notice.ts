import type { MailDelivery } from '../common/mail/delivery';
import { duration } from './words';

const patienceMs = 10 * 60_000; // a mail server that restarts is nobody's concern

/** What every page says while mail does not go out; undefined while it does. */
export function mailNotice({ state, since, reason }: ReturnType<MailDelivery['status']>) {
  if (state === 'RUNNING') return undefined;
  if (state === 'NO_SERVER') {
    return 'No mail server is set up (SMTP_URL). Mail waits and goes out once there is one.';
  }
  const ms = Date.now() - since.getTime();
  if (ms <= patienceMs) return undefined;
  const cause = reason ? ` (${reason})` : '';
  return `The mail server has not taken our mail for ${duration(ms / 1000)}${cause}. Mail waits and is tried again by itself.`;
}
