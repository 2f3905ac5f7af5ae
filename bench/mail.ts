import { setTimeout as sleep } from 'node:timers/promises';
import { loginUrl, withClient } from '../embedded/provision';
import type { MailSinkRequest } from './mail-sink';
import type { Bench } from './support/bench';
import type { LoadResult } from './support/load';
import { cpuMs } from './support/proc';
import type { Server } from './support/servers';
import { median, medians } from './support/statistics';

const slowMs = 2000;
const deliveryTimeoutMs = 120_000;

/** The cost of delivery, and whether a slow mail server slows submissions down. */
export async function mail(bench: Bench): Promise<void> {
  const urls = await bench.createDatabase('mail');
  const RESUME_DIR = await bench.createFolder('mail');
  const sink = await bench.startOther('mail', {});
  const internal = await bench.startOurs('internal', {
    DATABASE_URL: urls.internalUrl,
    RESUME_DIR,
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    MAIL_FROM: 'intake@example.com',
    ATTORNEY_EMAILS: 'attorneys@example.com',
    ACK_MAX_PER_HOUR: '0',
    NOTIFICATION_MAX_PER_HOUR: '0',
  });
  await deliver(bench, internal, sink, 200);
  await measureDelivery(bench, internal, sink);

  const publicServer = await bench.startOurs('public', {
    DATABASE_URL: urls.publicUrl,
    RESUME_DIR,
  });
  await measureSlowness(bench, publicServer, sink);
  for (const server of [publicServer, internal, sink]) await server.stop();
}

async function measureDelivery(bench: Bench, internal: Server, sink: Server): Promise<void> {
  const rounds = [];
  for (let round = 1; round <= bench.rounds; round++) {
    bench.report.progress(`mail: delivery, round ${round}`);
    rounds.push(await deliver(bench, internal, sink, bench.isQuick ? 200 : 2000));
  }
  bench.report.table('Email: medians; CPU in ms for each pair', [medians(rounds)]);
  const both = rounds.map(({ serverCpu, databaseCpu }) => serverCpu + databaseCpu);
  bench.report.measured('mailCpu', median(both));
}

/** Queues the emails of that many leads, and waits until the mail server has them. */
async function deliver(bench: Bench, { pid }: Server, sink: Server, leads: number) {
  const howMany = async () => (await sink.request('how many' satisfies MailSinkRequest)) as number;
  const expected = (await howMany()) + 2 * leads;
  let [serverBefore, databaseBefore] = [NaN, NaN];
  await withClient(loginUrl(bench.superuserUrl, 'mail'), async (client) => {
    await client.query('begin');
    await client.query(insertLeads, [leads]);
    await client.query('analyze'); // as autovacuum does within a minute
    [serverBefore, databaseBefore] = [cpuMs(pid), bench.databaseCpuMs()];
    await client.query('commit'); // no email is visible before
  });
  const started = performance.now();
  while ((await howMany()) < expected) {
    if (performance.now() - started > deliveryTimeoutMs)
      throw new Error('The emails are not delivered');
    await sleep(50);
  }
  return {
    pairs: leads,
    pairsPerSecond: (leads / (performance.now() - started)) * 1000,
    serverCpu: (cpuMs(pid) - serverBefore) / leads,
    databaseCpu: (bench.databaseCpuMs() - databaseBefore) / leads,
  };
}

const insertLeads = `insert into leads (id, first_name, last_name, email, resume_key,
    resume_filename, resume_type, resume_bytes, resume_sha256)
  select id, 'Ann', 'Lee', id || '@example.com', 'resumes/' || id, 'resume.pdf', 'pdf', 100000,
    repeat('0', 64)
  from (select gen_random_uuid() as id from generate_series(1, $1::int)) as ids`;

/** Quick and slow in turns, each on an empty outbox. */
async function measureSlowness(bench: Bench, { port }: Server, sink: Server): Promise<void> {
  const passes: Record<'quick' | 'slow', LoadResult[]> = { quick: [], slow: [] };
  const job = { port, clients: 16, resumeBytes: 100_000 };
  await bench.load.run({ ...job, durationMs: bench.passMs });
  for (let round = 1; round <= bench.rounds; round++) {
    for (const speed of ['quick', 'slow'] as const) {
      bench.report.progress(`mail: submissions while email is ${speed}, round ${round}`);
      await sink.request({ delayMs: speed === 'slow' ? slowMs : 0 } satisfies MailSinkRequest);
      await withClient(loginUrl(bench.superuserUrl, 'mail'), async (client) => {
        await client.query('delete from outbox');
      });
      passes[speed].push(await bench.load.run({ ...job, durationMs: bench.passMs }));
    }
  }
  const rows = Object.entries(passes).map(([speed, rounds]) => ({
    email: speed,
    ...medians(rounds),
  }));
  bench.report.table('Submissions (100 KB, 16 clients) while email is delivered: medians', rows);
  const ratios = passes.slow.map(({ p95 }, round) => p95 / (passes.quick[round]?.p95 ?? NaN));
  bench.report.measured('slowMail', median(ratios));
}
