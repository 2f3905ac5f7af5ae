import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import type { Overview } from '../../../common/metrics/overview/overview';
import { formatDuration, secondsSince } from '../../format';
import { pauseReason } from '../../outbox/reasons';

export type NoticeName = keyof ReturnType<typeof readNotices>;

const graceSeconds = 10 * 60; // a mail server that restarts concerns nobody

/**
 * Returns what every page says while something needs an administrator. `overview` is undefined
 * where it is unknown, or nobody is signed in.
 */
export function readNotices(status: DeliveryStatus, overview: Overview | undefined) {
  return {
    email: emailNotice(status, overview?.mailFailingSince ?? null),
    storage: overview && storageNotice(overview),
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
    return `The mail server has confirmed no email for ${durationSince(failingSince)}. Administrators can see the reasons in the outbox.`;
  }
  return undefined;
}

function storageNotice({ brokenResumes, lastSweep }: Overview): string | undefined {
  if (brokenResumes > 0) {
    const what = brokenResumes === 1 ? '1 resume is' : `${brokenResumes} resumes are`;
    return `${what} missing or damaged in the storage. Administrators can see details under Storage.`;
  }
  if (lastSweep === 'STOPPED') {
    return 'An unusual number of stored files have no lead. Administrators can see under Storage what to check.';
  }
  if (lastSweep === 'FAILED') {
    return 'The last sweep of the storage could not be completed. Administrators can see the reason under Storage.';
  }
  return undefined;
}

function isLong(since: Date): boolean {
  return secondsSince(since) > graceSeconds;
}

function durationSince(date: Date): string {
  return formatDuration(secondsSince(date));
}
