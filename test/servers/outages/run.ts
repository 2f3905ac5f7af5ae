import { parseArgs } from 'node:util';
import { faults, nothing, type Fault } from './faults';
import { brokenBounds, brokenRules } from './broken-promises';
import { longOutage } from './long-outage';
import { heading, line, reportProblems, reportRow } from './report';
import { measure, type Row } from './measure';
import { canMount } from './stores';
import { startOutageSystem, type OutageSystem } from './system';

const longName = 'SMTP is away for long';
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

async function main(): Promise<void> {
  console.log(`${line(heading)}\n${line(heading.map(() => '---'))}`);
  let broken = 0;
  for (const store of ['bucket', 'disk'] as const) {
    const chosen = faults.filter((each) => each.store === store && each.name.includes(values.only));
    if (chosen.length > 0) broken += await runRows(store, chosen);
  }
  if (longName.includes(values.only)) {
    for (const internalServers of [1, 2]) if (!(await longOutage(internalServers))) broken++;
  }
  console.log(broken === 0 ? 'Every promise was kept.' : `${broken} rows broke a promise.`);
  process.exit(broken === 0 ? 0 : 1);
}

/** Returns how many rows broke a promise. */
async function runRows(store: Fault['store'], chosen: Fault[]): Promise<number> {
  if (store === 'disk' && !canMount) {
    console.log('skipped: all rows of the disk, because nothing can be mounted here');
    return 0;
  }
  const system = await startOutageSystem({ store });
  const baseline = await measure(system, { ...nothing, store });
  const baselineMs = baseline.public.slowestMs;
  const rows = [keptPromises(baseline, 0)];
  for (const fault of chosen) {
    if (fault.needsTls && !system.database.tls)
      console.log(`skipped without openssl: ${fault.name}`);
    else if (fault.needsRedis && !system.redis) console.log(`skipped without Redis: ${fault.name}`);
    else rows.push(keptPromises(await measure(system, fault), baselineMs));
  }
  const broken = rows.filter((isKept) => !isKept).length;
  await end(system, broken > 0);
  return broken;
}

/** Prints the row, and returns whether it kept every promise. */
function keptPromises(row: Row, baselineMs: number): boolean {
  const problems = [...brokenRules(row), ...brokenBounds(row, baselineMs)];
  console.log(reportRow(row));
  if (problems.length > 0) console.log(reportProblems(row.fault.name, problems));
  return problems.length === 0;
}

async function end(system: OutageSystem, isKept: boolean): Promise<void> {
  if (isKept) console.log(`The logs of the servers are in ${system.logs}`);
  await system.stop(isKept);
}
