import type { Overview } from '../../../common/metrics/overview/overview';
import type { SignedIn } from '../../auth/sign-in';
import { formatCount, formatDuration } from '../../format';
import type { LeadFigure } from './views';

/** How the work stands; only administrators are told of failed emails. */
export function leadFigures(
  overview: Overview,
  overdueAfterHours: number,
  { role }: Pick<SignedIn, 'role'>,
): LeadFigure[] {
  const { waiting, overdue, medianSeconds, failedMails } = overview;
  const figure = (label: string, value: string, more: Partial<LeadFigure> = {}): LeadFigure => ({
    ...{ label, value, hint: undefined, url: undefined, isBad: false },
    ...more,
  });
  const shown = [
    figure('Waiting', formatCount(waiting)),
    figure('Overdue', formatCount(overdue), {
      hint: `over ${formatDuration(overdueAfterHours * 3600)}`,
      isBad: overdue > 0,
    }),
    figure('Time to first contact', medianSeconds === null ? '–' : formatDuration(medianSeconds), {
      hint: 'median, 30 days',
    }),
  ];
  if (role === 'ADMIN' && failedMails > 0) {
    const url = '/outbox?state=FAILED';
    shown.push(figure('Failed emails', formatCount(failedMails), { url, isBad: true }));
  }
  return shown;
}
