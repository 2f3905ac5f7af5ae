import { tabsCountedAtMost } from '../../../../common/leads/repository';
import type { Overview } from '../../../../common/metrics/overview/overview';
import type { SignedIn } from '../../../auth/sign-in';
import { formatCount, formatDuration } from '../../../format';
import { firstView, leadListUrl } from '../../../leads/query';

/** The lists that figures lead to. */
export const viewsOfFigures = {
  overdue: { ...firstView, overdue: true },
  unopened: { ...firstView, unopened: true },
};

export type FigureCounts = Partial<Record<keyof typeof viewsOfFigures, number>>;

/** How the work stands; only administrators are told of emails that need them. */
export function leadFigures(
  overview: Overview,
  { overdue = 0, unopened = 0 }: FigureCounts,
  overdueAfterHours: number,
  { role }: SignedIn,
) {
  const { medianSeconds, failedEmails, unconfirmedEmails } = overview;
  const plain = { hint: '', url: '', isBad: false };
  const limit = `over ${formatDuration(overdueAfterHours * 3600)}`;
  const median = medianSeconds === null ? '–' : formatDuration(medianSeconds);
  const listed = (name: keyof typeof viewsOfFigures, count: number) => ({
    value: formatCount(count, tabsCountedAtMost),
    url: count > 0 ? leadListUrl(viewsOfFigures[name]) : '',
  });
  const figures = [
    { ...plain, label: 'Not opened yet', ...listed('unopened', unopened) },
    {
      ...{ ...plain, label: 'Overdue', ...listed('overdue', overdue) },
      ...{ hint: limit, isBad: overdue > 0 },
    },
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
