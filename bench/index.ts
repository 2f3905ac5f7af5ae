import { parseArgs } from 'node:util';
import { download } from './download';
import { lists } from './lists';
import { mail } from './mail';
import { memory } from './memory';
import { signIn } from './sign-in';
import { start } from './start';
import { submissions } from './submissions';
import { openBench, type Own } from './support/bench';
import { checkMachine } from './support/machine';
import { createReport } from './support/report';

const suites = { submissions, lists, memory, start, mail, download, 'sign-in': signIn };
type SuiteName = keyof typeof suites;

const resultFile = 'bench/results.json';
const neededGb = { quick: 8, full: 20 };

const closers: (() => Promise<unknown>)[] = [];
let isEnding = false;

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(130)); // a repeat is ignored: terminal and npm both send it
  }
  try {
    const { isQuick, names } = readArguments();
    await checkMachine(isQuick ? neededGb.quick : neededGb.full);
    const report = createReport({ isQuick, suites: names });
    const bench = await openBench({ isQuick, report }, own);
    for (const name of names) await suites[name](bench);
    await end((await report.finish(resultFile)) ? 0 : 1);
  } catch (error) {
    const isOurs = error instanceof Error && error.constructor === Error; // it says what to do
    if (!isEnding) console.error(isOurs ? error.message : error);
    await end(1);
  }
}

function readArguments(): { isQuick: boolean; names: SuiteName[] } {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, only: { type: 'string' } },
  });
  const names = values.only?.split(',') ?? Object.keys(suites);
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    throw new Error(`--only: ${unknown.join(', ')} is none of ${Object.keys(suites).join(', ')}`);
  }
  return { isQuick: values.quick ?? false, names: names as SuiteName[] };
}

const own: Own = (start, close) => {
  if (isEnding) throw new Error('The benchmark is ending');
  const starting = start();
  closers.unshift(() => starting.then(close, () => undefined)); // the latest is closed first
  return starting;
};

/** Closes what was opened, whatever fails meanwhile. */
async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  for (const close of closers) await close().catch(console.error);
  process.exit(code);
}

void main();
