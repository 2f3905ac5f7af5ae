import type { Day } from '../../../../common/metrics/overview/overview';

const barWidth = 4;
const dayWidth = 11;
const plotHeight = 48;

/** Two bars for each day, in the units of an SVG `viewBox`, with texts for those who cannot see them. */
export function createChart(days: Day[]) {
  const highest = Math.max(1, ...days.flatMap((day) => [day.submissions, day.outreaches]));
  const bar = (count: number, x: number) => {
    const height = count === 0 ? 0 : Math.max(1, Math.round((count / highest) * plotHeight));
    return { x, y: plotHeight - height, height };
  };
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
  const submissions = sum((day) => day.submissions);
  const outreaches = sum((day) => day.outreaches);
  return {
    width: days.length * dayWidth,
    height: plotHeight + 1,
    plotHeight,
    baseline: plotHeight + 0.5,
    barWidth,
    dayWidth,
    summary: `Submissions and outreach per day over the last 30 days: ${submissions} submitted, ${outreaches} reached out to, at most ${highest} in a day`,
    days: days.map((day, i) => ({
      title: `${day.day}: ${day.submissions} submitted, ${day.outreaches} reached out to`,
      x: i * dayWidth,
      submissions: bar(day.submissions, i * dayWidth),
      outreaches: bar(day.outreaches, i * dayWidth + barWidth + 1),
    })),
  };
}
