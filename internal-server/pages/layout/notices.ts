import type { MailWorker } from '../../../common/mail/worker';
import { duration } from '../../format';

const patienceMs = 10 * 60_000; // a mail server that restarts is nobody's concern

/**
 * What every page says while mail does not go out; undefined while it does. The mail server may
 * take none of our mail (PAUSED), or refuse each mail by itself (`failingSince`).
 */
export function mailNotice(
  { state, since, reason }: ReturnType<MailWorker['status']>,
  failingSince: Date | null,
): string | undefined {
  if (state === 'NO_SERVER') {
    return 'No mail server is set up (SMTP_URL). Mail waits and goes out once there is one.';
  }
  if (state === 'PAUSED' && isLong(since)) {
    const cause = reason ? ` (${reason})` : '';
    return `The mail server has not taken our mail for ${lasting(since)}${cause}. Mail waits and is tried again by itself.`;
  }
  if (failingSince && isLong(failingSince)) {
    return `The mail server has refused every mail for ${lasting(failingSince)}. An administrator finds the reasons in the outbox.`;
  }
  return undefined;
}

function isLong(since: Date): boolean {
  return Date.now() - since.getTime() > patienceMs;
}

function lasting(since: Date): string {
  return duration((Date.now() - since.getTime()) / 1000);
}
