import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from '../crash/load';
import type { Records } from '../crash/records';
import { createRandom } from '../crash/random';
import { until } from '../../support/smtp/deliveries';
import { recoveryMs, wasServed, watchAnswers, type SeenAnswer } from './responses';
import { watchWorklist } from './attorney';
import type { Fault } from './faults';
import { residentMebibytes } from './memory';
import type { OutageSystem } from './system';

const timeoutMs = 60_000;
const afterwardsMs = 3000; // shows a failure that comes back

/** What was measured during one fault and after it. */
export interface Row {
  fault: Fault;
  public: Measured;
  worklist: Measured;
  /** From the end of the fault until every earlier email was out. */
  mailedMs: number;
  /** The greatest growth of a server, from before the fault until after it. */
  grownMebibytes: number;
  /** The addresses to which email failed for good. */
  failedFor: string[];
  records: Records;
  /** What a server did by itself, such as ending. */
  problems: string[];
}

export interface Measured {
  during: SeenAnswer[];
  slowestMs: number;
  recoveredMs: number;
}

export async function measure(
  system: OutageSystem,
  fault: Fault,
  lastsMs = fault.lastsMs,
): Promise<Row> {
  await system.reset();
  const watch = watchAnswers();
  const load = startLoad(
    new Map([['public', system.publicPort]]),
    createRandom(lastsMs),
    watch.send,
  );
  const worklist = watchWorklist(system);
  await until(() => watch.seen.filter(wasServed).length >= 20, timeoutMs);
  await until(() => worklist.seen.some(({ answer }) => answer === 200), timeoutMs);
  const memoryBefore = residentMebibytes(system.servers);

  const from = Date.now();
  await fault.begin(system);
  await sleep(lastsMs);
  await fault.end(system);
  const to = Date.now();
  const mailed = untilMailed(system, fault, to);
  const isRecovered = ({ seen }: { seen: SeenAnswer[] }) =>
    seen.some((each) => each.from >= to && wasServed(each));
  await until(() => isRecovered(watch) && isRecovered(worklist), timeoutMs).catch(() => undefined);
  await sleep(afterwardsMs);
  await load.stop();
  await worklist.stop();
  const grown = residentMebibytes(system.servers).map((now, i) => now - memoryBefore[i]!);
  const { mailedMs, failedFor } = await mailed;
  await until(async () => (await system.waiting()) === 0, timeoutMs).catch(() => undefined);

  const measured = (seen: SeenAnswer[]): Measured => ({
    during: seen.filter((each) => each.to >= from && each.from < to),
    slowestMs: Math.max(
      ...seen.filter((each) => each.to >= from).map((each) => each.to - each.from),
    ),
    recoveredMs: recoveryMs(seen, to),
  });
  return {
    fault,
    public: measured(watch.seen),
    worklist: measured(worklist.seen),
    mailedMs,
    grownMebibytes: Math.max(...grown),
    failedFor,
    problems: system.servers.flatMap(({ problems }) => problems.splice(0)),
    records: {
      ...(await system.readRecords()),
      clients: load.entries,
      mails: system.mail.received,
      outages: explained(system, fault, { from, to }),
    },
  };
}

async function untilMailed(system: OutageSystem, { failsFor }: Fault, end: number) {
  const ended = new Date(end);
  const isMailed = async () => (await system.waiting(ended)) === 0;
  await until(isMailed, timeoutMs).catch(() => undefined);
  const failedFor = await system.failedFor();
  if (failsFor) await system.resendFailed();
  await until(isMailed, timeoutMs).catch(() => undefined);
  return { mailedMs: Date.now() - end, failedFor };
}

/** The outages that explain a repeated email. */
function explained(
  { mail }: OutageSystem,
  { worklistToo }: Fault,
  during: { from: number; to: number },
) {
  const outages: Records['outages'] = new Map();
  if (worklistToo) outages.set('postgres', [during]);
  for (const { sender, at } of mail.received) {
    if (!mail.deaths.includes(at)) continue;
    outages.set(sender, [...(outages.get(sender) ?? []), { from: at, to: at }]);
  }
  return outages;
}
