import type { Overview } from '../../../common/metrics/overview/overview';
import type { SignedIn } from '../../auth/sign-in';
import { formatCount, formatDuration } from '../../format';

/** How the work stands; only administrators are told of emails that need them. */
export function leadFigures(overview: Overview, overdueAfterHours: number, { role }: SignedIn) {
  const { waiting, overdue, medianSeconds, failedEmails, unconfirmedEmails } = overview;
  const plain = { hint: '', url: '', isBad: false };
  const limit = `over ${formatDuration(overdueAfterHours * 3600)}`;
  const median = medianSeconds === null ? '–' : formatDuration(medianSeconds);
  const figures = [
    { ...plain, label: 'Waiting', value: formatCount(waiting) },
    { ...plain, label: 'Overdue', value: formatCount(overdue), hint: limit, isBad: overdue > 0 },
    { ...plain, label: 'Time to first contact', value: median, hint: 'median, 30 days' },
  ];
  if (role !== 'ADMIN') return figures;
  for (const [label, count, state] of [
    ['Failed emails', failedEmails, 'FAILED'],
    ['Unconfirmed emails', unconfirmedEmails, 'UNKNOWN'],
  ] as const) {
    const figure = { ...plain, label, value: formatCount(count) };
    if (count > 0) figures.push({ ...figure, url: `/outbox?state=${state}`, isBad: true });
  }
  return figures;
}
