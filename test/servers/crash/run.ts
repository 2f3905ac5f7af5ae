import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../../support/process/postgres';
import { killAtRandom } from './kill-at-random';
import { startLoad, type Load } from './load';
import { startMailbox, type Mailbox } from './mailbox';
import { createRandom } from './random';
import { reconcile } from './reconcile';
import { progress, report } from './report';
import { startCrashSystem, type CrashSystem } from './system';

const drainWithinMs = 150_000; // a lease that a crash left behind ends after 30 s
const progressMs = 5000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    kills: { type: 'string', default: '30' },
    /** How many seconds the mail server takes for one email in twenty. */
    late: { type: 'string', default: '0' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const kills = Number(values.kills);
const lateMs = Number(values.late) * 1000;
if (![seed, kills, lateMs].every(Number.isInteger)) throw new Error('Give whole numbers');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

async function main(): Promise<void> {
  console.log(`seed ${seed}, ${kills} kills, late replies after ${lateMs} ms`);
  const folder = await temporaryFolder();
  const mailbox = await startMailbox(createRandom(seed + 1), lateMs);
  const system = await startCrashSystem(folder, mailbox);
  await system.untilUp();

  const load = startLoad(system.publicPorts, createRandom(seed + 2));
  const show = () => {
    console.log(progress(system.targets, load.entries, mailbox.received));
  };
  const showing = setInterval(show, progressMs);
  await killAtRandom(kills, system.targets, { load, mailbox }, createRandom(seed));
  await system.untilUp();
  await load.stop();
  await system.untilDrained(drainWithinMs);
  clearInterval(showing);

  const kept = await checkPromises(system, load, mailbox);
  await system.stop();
  await mailbox.stop();
  if (kept) await rm(folder, { recursive: true });
  else console.log(`The logs of the servers are in ${folder}`);
  process.exit(kept ? 0 : 1);
}

/** Returns whether every promise was kept. */
async function checkPromises(system: CrashSystem, load: Load, mailbox: Mailbox): Promise<boolean> {
  const records = {
    ...(await system.readRecords()),
    clients: load.entries,
    mails: mailbox.received,
    outages: new Map(system.targets.map(({ name, outages }) => [name, outages])),
  };
  const broken = reconcile(records);
  const problems = system.targets.flatMap((target) => target.problems);
  console.log(report(records, broken));
  for (const problem of problems) console.log(problem);
  return problems.length === 0 && Object.values(broken).every((each) => each.length === 0);
}
