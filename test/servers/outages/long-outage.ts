import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientEntry } from '../crash/load';
import { attorneys, reconcile } from '../crash/reconcile';
import { aSubmission, send } from '../crash/submission';
import { until } from '../../support/smtp/deliveries';
import { startOutageSystem, type OutageSystem } from './system';

const leads = 500;
const copies = leads * (1 + attorneys.length);
const senders = 4;
const partMs = 10_000; // of two: no server there, then one that is not ready

/** Half an hour without SMTP in 20 s: retries come after 1 to 4 s instead of 30 s to 6 hours. */
export async function longOutage(internalServers: number): Promise<boolean> {
  const system = await startOutageSystem({ store: 'bucket', internalServers });
  const { mail } = system;
  await mail.smtp.stop();
  const clients = await submitAll(system);
  await sleep(partMs);
  mail.faults.rcpt = () => 451;
  await mail.smtp.start();
  await sleep(partMs);
  delete mail.faults.rcpt;
  const end = Date.now();
  await until(async () => (await system.waiting()) === 0, 60_000).catch(() => undefined);
  const mailedMs = Date.now() - end;

  const records = { ...(await system.readRecords()), clients, mails: mail.received };
  const problems = [
    ...Object.values(reconcile({ ...records, outages: new Map() })).flat(),
    ...system.servers.flatMap((server) => server.problems),
    ...(mail.received.length === copies ? [] : [`${mail.received.length} copies came`]),
  ];
  const staff = `${internalServers} internal ${internalServers === 1 ? 'server' : 'servers'}`;
  console.log(
    `${leads} leads while SMTP is away, ${staff}: ${mail.received.length} copies of ${2 * leads} emails, all out ${(mailedMs / 1000).toFixed(1)} s after it`,
  );
  for (const problem of problems.slice(0, 5)) console.log(`  ${problem}`);
  await system.stop(problems.length > 0);
  return problems.length === 0;
}

async function submitAll({ publicPort }: OutageSystem): Promise<ClientEntry[]> {
  const entries = Array.from({ length: leads }, (_, n): ClientEntry => {
    return { submission: aSubmission(n), answers: [] };
  });
  const waiting = [...entries];
  const sender = async () => {
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      entry.answers.push(await send(publicPort, entry.submission));
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return entries;
}
