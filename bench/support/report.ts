import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { goals, toOutcome, type GoalKey, type Outcome } from './goals';
import { formatTable, type Row } from './table';

export interface Report {
  progress(what: string): void;
  table(title: string, rows: Row[]): void;
  measured(goal: GoalKey, figure: number, note?: string): void;
  /** Prints the goals, writes everything to `file`, and returns whether all goals were met. */
  finish(file: string): Promise<boolean>;
}

export function createReport(options: object): Report {
  const startedAt = new Date();
  const tables: { title: string; rows: Row[] }[] = [];
  const outcomes: Partial<Record<GoalKey, Outcome>> = {};

  return {
    progress(what) {
      const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
      console.error(`[${seconds} s] ${what}`);
    },

    table(title, rows) {
      tables.push({ title, rows });
      console.log(`\n${title}\n${formatTable(rows)}\n`);
    },

    measured(goal, figure, note) {
      outcomes[goal] = toOutcome(goal, figure, note);
    },

    async finish(file) {
      const measured = Object.values(outcomes);
      console.log(`\nGoals\n${formatTable(measured.map(toRow))}`);
      const unmeasured = Object.keys(goals).length - measured.length;
      if (unmeasured > 0) console.log(`${unmeasured} goals were not measured in this run.`);
      const machine = { cpus: cpus().map(({ model }) => model), memoryBytes: totalmem() };
      const { version: node } = process;
      const content = { startedAt, options, machine, node, tables, goals: outcomes };
      await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
      console.log(`All figures are in ${file}`);
      return measured.every(({ isMet }) => isMet);
    },
  };
}

function toRow({ goal, figure, unit, limit, isMet, note }: Outcome): Row {
  return { goal, figure, unit, limit, '': isMet ? 'met' : 'MISSED', note };
}
