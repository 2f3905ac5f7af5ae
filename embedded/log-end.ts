import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const shownLines = 40;

/** Returns how much is in a log already. */
export function lengthOf(log: string): number {
  try {
    const file = openSync(log, 'r');
    const { size } = fstatSync(file);
    closeSync(file);
    return size;
  } catch {
    return 0;
  }
}

/** Returns the last lines that were written after the first `earlierBytes`, under the log's name. */
export async function endOf(log: string, earlierBytes: number): Promise<string> {
  const all = await readFile(log).catch(() => Buffer.alloc(0));
  const written = all.subarray(earlierBytes).toString().trimEnd();
  if (written === '') return `Its log ${log} says nothing about it.`;
  return `The end of ${log}:\n${written.split('\n').slice(-shownLines).join('\n')}`;
}
