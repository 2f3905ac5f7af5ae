import type { Day } from '../../../common/metrics/overview/overview';

const barWidth = 4;
const dayWidth = 11;
const height = 48;

interface Bar {
  x: number;
  y: number;
  height: number;
}

/** The days as two bars each, in the units of an SVG `viewBox`, and in words. */
export function chart(days: Day[]) {
  const highest = Math.max(1, ...days.flatMap((day) => [day.submissions, day.outreaches]));
  const bar = (count: number, x: number): Bar => {
    const length = count === 0 ? 0 : Math.max(1, Math.round((count / highest) * height));
    return { x, y: height - length, height: length };
  };
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
  return {
    width: days.length * dayWidth,
    height,
    barWidth,
    dayWidth,
    days: days.map((day, i) => ({
      ...day,
      came: bar(day.submissions, i * dayWidth),
      gone: bar(day.outreaches, i * dayWidth + barWidth + 1),
    })),
    highest,
    submissions: sum((day) => day.submissions),
    outreaches: sum((day) => day.outreaches),
  };
}
