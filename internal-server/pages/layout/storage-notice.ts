import type { Overview } from '../../../common/metrics/overview/overview';

/** What every page says while the storage needs an administrator; undefined while it does not. */
export function storageNotice({ brokenResumes, lastSweep }: Overview): string | undefined {
  if (brokenResumes > 0) {
    const what = brokenResumes === 1 ? '1 resume is' : `${brokenResumes} resumes are`;
    return `${what} missing or damaged in the storage. An administrator finds them under Storage.`;
  }
  if (lastSweep === 'STOPPED') {
    return 'Unusually many stored files have no lead. An administrator finds under Storage what to check.';
  }
  if (lastSweep === 'FAILED') {
    return 'The last sweep of the storage could not be completed. An administrator finds the reason under Storage.';
  }
  return undefined;
}
