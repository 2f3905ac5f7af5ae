import { countAnswers } from './responses';
import type { Row } from './measure';

const shownProblems = 5;

export const heading = [
  'fault',
  'answers meanwhile',
  'slowest',
  'recovered',
  'desk meanwhile',
  'slowest',
  'recovered',
  'mails out',
  'memory',
];

/** One row, as in a table of Markdown. */
export function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function reportRow({ fault, public: form, desk, mailedMs, grownMebibytes }: Row): string {
  return line([
    fault.name,
    countAnswers(form.during),
    seconds(form.slowestMs),
    seconds(form.recoveredMs),
    countAnswers(desk.during),
    seconds(desk.slowestMs),
    seconds(desk.recoveredMs),
    seconds(mailedMs),
    `${grownMebibytes > 0 ? '+' : ''}${grownMebibytes} MiB`,
  ]);
}

export function reportProblems(name: string, problems: string[]): string {
  const shown = problems.slice(0, shownProblems).map((problem) => `  ${name}: ${problem}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
