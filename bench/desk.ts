import { loginUrl, withClient } from '../embedded/provision';
import { createAttorney, type Attorney } from './support/account';
import type { Bench } from './support/bench';
import { loggingTimesOf } from './support/database-time';
import { fill } from './support/desk-fill';
import { deskViews, type View } from './support/desk-views';
import type { LoadResult } from './support/load';
import { cpuMs, forgetPeakMemory, peakMemoryMb } from './support/proc';
import type { Server } from './support/servers';
import { median } from './support/statistics';

interface Figures extends View {
  p50: number;
  p95: number;
  errors: number;
  serverCpu: number;
  databaseCpu: number;
  databaseTime: number;
}

interface Export {
  leads: number;
  fillSeconds: number;
  csvSeconds: number;
  csvMb: number;
}

const scales = { quick: [1000, 100_000], full: [1000, 10_000, 100_000, 1_000_000] };
const spareMs = 2;
const requestsOfEach = { quick: 20, full: 200 };
const longestMs = 10_000; // a slow view is asked less often

// The daily sweep would come in between, and miss the files of all these leads.
const sweptJustNow = `insert into sweeps (started_at, outcome, objects, foreign_objects, leads, orphans,
  deleted, missing, damaged, hashed) values (now(), 'DONE', 0, 0, 0, 0, 0, 0, 0, 0)`;

/** The attorneys' pages with few leads and with many. */
export async function desk(bench: Bench): Promise<void> {
  const urls = await bench.createDatabase('desk');
  const attorney = await createAttorney(urls.ownerUrl);
  await withClient(urls.ownerUrl, async (client) => {
    await client.query(sweptJustNow);
  });
  await withClient(bench.superuserUrl, async (client) => {
    await client.query(loggingTimesOf('internal_server', 'desk'));
  });
  const byScale: Figures[][] = [];
  const exports: Export[] = [];
  const counts = bench.isQuick ? scales.quick : scales.full;
  for (const [i, leads] of counts.entries()) {
    bench.report.progress(`desk: fill up to ${leads} leads`);
    const started = performance.now();
    await fill(bench, { from: (counts[i - 1] ?? 0) + 1, to: leads }, attorney.id);
    const fillSeconds = (performance.now() - started) / 1000;

    const resumeDir = await bench.createFolder('desk');
    const env = { DATABASE_URL: urls.internalUrl, RESUME_DIR: resumeDir };
    const server = await bench.startOurs('internal', env);
    byScale.push(await measureViews(bench, server, attorney, leads));
    exports.push({ leads, fillSeconds, ...(await exportAll(bench, server, attorney)) });
    await server.stop();
  }
  show(bench, byScale, exports);
  compare(bench, byScale, exports);
}

async function measureViews(bench: Bench, server: Server, attorney: Attorney, leads: number) {
  let views: View[] = [];
  await withClient(loginUrl(bench.superuserUrl, 'desk'), async (client) => {
    views = await deskViews(client, leads);
  });
  const { port } = server;
  const { headers } = attorney;
  for (const { path } of views) {
    // So that the engine has compiled what there is to compile.
    const requests = bench.isQuick ? 10 : 40;
    await bench.load.run({ port, path, headers, clients: 1, requests, durationMs: longestMs });
  }
  const figures: Figures[] = [];
  for (const view of views) {
    bench.report.progress(`desk: ${leads} leads, ${view.name}`);
    figures.push({ ...view, ...(await measureView(bench, server, attorney, view)) });
  }
  return figures;
}

async function measureView(bench: Bench, server: Server, { headers }: Attorney, { path }: View) {
  const { pid, port } = server;
  const job = { port, path, headers, clients: 1 };
  const timeBefore = await bench.databaseTimeMs();
  const [serverBefore, databaseBefore] = [cpuMs(pid), bench.databaseCpuMs()];
  const requests = bench.isQuick ? requestsOfEach.quick : requestsOfEach.full;
  const result = await bench.load.run({ ...job, requests, durationMs: longestMs });
  const { p50, p95, errors } = result;
  const serverCpu = (cpuMs(pid) - serverBefore) / result.requests;
  const databaseCpu = (bench.databaseCpuMs() - databaseBefore) / result.requests;
  const timeAfter = await bench.databaseTimeMs();
  const databaseTime = (timeAfter - timeBefore) / result.requests;
  return { p50, p95, errors, serverCpu, databaseCpu, databaseTime };
}

async function exportAll({ load, report }: Bench, { pid, port }: Server, { headers }: Attorney) {
  report.progress('desk: CSV of all leads');
  forgetPeakMemory(pid);
  const job = { port, path: '/leads.csv', headers, clients: 1, requests: 1 };
  const { p50, errors }: LoadResult = await load.run(job);
  return { csvSeconds: errors > 0 ? NaN : p50 / 1000, csvMb: peakMemoryMb(pid) };
}

function show({ report }: Bench, byScale: Figures[][], exports: Export[]): void {
  const least = byScale[0] ?? [];
  const most = byScale.at(-1) ?? [];
  const atEach = (i: number, figure: 'p50' | 'p95' | 'databaseTime') =>
    Object.fromEntries(
      byScale.map((at, n) => [`${figure} ${exports[n]?.leads}`, at[i]?.[figure] ?? NaN]),
    );
  const rows = most.map((view, i) => ({
    view: view.name,
    ...atEach(i, 'p50'),
    ...atEach(i, 'p95'),
    ...atEach(i, 'databaseTime'),
    'p50 most : least': view.p50 / (least[i]?.p50 ?? NaN),
    serverCpu: view.serverCpu,
    databaseCpu: view.databaseCpu,
    errors: byScale.reduce((sum, at) => sum + (at[i]?.errors ?? 0), 0),
  }));
  report.table('Desk: times in ms; CPU of one page with the most leads', rows);
  const asRows = exports.map((each) => ({ ...each }));
  report.table('Desk: filling, and the CSV of all leads (peak memory)', asRows);
}

function compare({ report }: Bench, byScale: Figures[][], exports: Export[]): void {
  const least = byScale[0] ?? [];
  const most = byScale.at(-1) ?? [];
  const worst = (kind: View['kind'], figure: (view: Figures, i: number) => number) =>
    most
      .map((view, i) => ({ ...view, figure: view.errors > 0 ? NaN : figure(view, i) }))
      .filter((view) => view.kind === kind)
      .reduce((worse, view) => (isWorse(view.figure, worse.figure) ? view : worse));
  const growth = worst('list', ({ p50 }, i) => (p50 - spareMs) / (least[i]?.p50 ?? NaN));
  const slowest = worst('list', ({ p95 }) => p95);
  const search = worst('search', ({ p95 }) => p95);
  report.measured('listGrowth', growth.figure, growth.name);
  report.measured('listP95', slowest.figure, slowest.name);
  report.measured('searchP95', search.figure, search.name);
  const lists = most.filter(({ kind }) => kind === 'list');
  report.measured('signedIn', median(lists.map(({ serverCpu }) => serverCpu)));
  const last = exports.at(-1);
  report.measured('csvSeconds', last?.csvSeconds ?? NaN);
  report.measured('csvMemory', last?.csvMb ?? NaN);
}

/** Nothing is worse than what could not be measured. */
function isWorse(figure: number, other: number): boolean {
  return !Number.isNaN(other) && !(figure <= other);
}
