import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import type { Overview } from '../../../common/metrics/overview/overview';
import { formatDuration, secondsSince } from '../../format';
import { pauseReason } from '../../outbox/reasons';

export type NoticeName = keyof ReturnType<typeof readNotices>;

const graceSeconds = 10 * 60; // a mail server that restarts concerns nobody

export interface Notice {
  text: string;
  /** Where administrators can see more, or act. */
  link: { url: string; label: string } | undefined;
}

const toOutbox = { url: '/outbox', label: 'See the reasons in the outbox' };
const toStorage = { url: '/storage', label: 'See what to do under Storage' };

/**
 * Returns what every page says while something needs an administrator. `overview` is undefined
 * where it is unknown, or nobody is signed in. Attorneys have to know that emails wait; they can do
 * nothing about the storage.
 */
export function readNotices(
  status: DeliveryStatus,
  overview: Overview | undefined,
  isAdmin: boolean,
) {
  const email = emailNotice(status, overview?.mailFailingSince ?? null);
  const storage = isAdmin && overview ? storageNotice(overview) : undefined;
  const notice = (text: string | undefined, link: Notice['link']): Notice | undefined =>
    text === undefined ? undefined : { text, link: isAdmin ? link : undefined };
  return {
    email: notice(email, status.state === 'NO_SERVER' ? undefined : toOutbox),
    storage: notice(storage, toStorage),
  };
}

/** The mail server may accept nothing (PAUSED), or refuse, or not confirm, each email by itself (`failingSince`). */
function emailNotice(status: DeliveryStatus, failingSince: Date | null): string | undefined {
  if (status.state === 'NO_SERVER') {
    return 'No mail server is configured (SMTP_URL). Emails wait and go out once there is one.';
  }
  if (status.state === 'PAUSED' && isLong(status.since)) {
    return `The mail server ${status.server} has not accepted our emails for ${durationSince(status.since)}: ${pauseReason(status.reason)}. Emails wait and are retried automatically.`;
  }
  if (failingSince && isLong(failingSince)) {
    return `The mail server has confirmed no email for ${durationSince(failingSince)}.`;
  }
  return undefined;
}

function storageNotice({ brokenResumes, lastSweep }: Overview): string | undefined {
  if (brokenResumes > 0) {
    const what = brokenResumes === 1 ? '1 resume is' : `${brokenResumes} resumes are`;
    return `${what} missing or damaged in the storage.`;
  }
  if (lastSweep === 'STOPPED') return 'An unusual number of stored files have no lead.';
  if (lastSweep === 'FAILED') return 'The last sweep of the storage could not be completed.';
  return undefined;
}

function isLong(since: Date): boolean {
  return secondsSince(since) > graceSeconds;
}

function durationSince(date: Date): string {
  return formatDuration(secondsSince(date));
}
