import { countAnswers } from './responses';
import type { Row } from './measure';

const shownProblems = 5;

export const heading = [
  'fault',
  'answers meanwhile',
  'slowest',
  'recovered',
  'worklist meanwhile',
  'slowest',
  'recovered',
  'emails out',
  'memory',
];

/** One row of a Markdown table. */
export function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function reportRow({
  fault,
  public: form,
  worklist,
  mailedMs,
  grownMebibytes,
}: Row): string {
  return line([
    fault.name,
    countAnswers(form.during),
    seconds(form.slowestMs),
    seconds(form.recoveredMs),
    countAnswers(worklist.during),
    seconds(worklist.slowestMs),
    seconds(worklist.recoveredMs),
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
