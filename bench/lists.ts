import { loginUrl, withClient } from '../embedded/provision';
import { createAttorney, type Attorney } from './support/account';
import type { Bench, Measured } from './support/bench';
import { loggingTimesOf } from './support/database-time';
import { measureExport, type Export } from './support/leads/csv-export';
import { fillLeads } from './support/leads/fill-leads';
import { listViews, type View } from './support/leads/list-views';
import type { Server } from './support/servers';
import { median } from './support/statistics';

type Figures = View & Measured & { isWide: boolean; databaseTime: number };

/** What was measured with so many leads. */
interface AtScale {
  leads: number;
  fillSeconds: number;
  figures: Figures[];
  /** Of the floor's list, in ms. */
  floorCpu: number;
  csv: Export;
}

const scales = { quick: [1000, 100_000], full: [1000, 10_000, 100_000, 1_000_000] };
const requestsOfEach = { quick: 20, full: 200 };
const floorRequests = { quick: 1000, full: 3000 };
const longestMs = 10_000; // a slow view is requested less often

// Else the daily sweep would run meanwhile, and miss the files of all these leads.
const sweptJustNow = `insert into sweeps (started_at, outcome, objects, foreign_objects, leads, orphans,
  deleted, missing, damaged, hashed) values (now(), 'DONE', 0, 0, 0, 0, 0, 0, 0, 0)`;

/** The attorneys' pages and the CSV, with few leads and with many. */
export async function lists(bench: Bench): Promise<void> {
  const urls = await bench.createDatabase('lists');
  const superuserUrl = loginUrl(bench.superuserUrl, 'lists');
  const attorney = await createAttorney(urls.ownerUrl);
  await withClient(urls.ownerUrl, async (client) => {
    await client.query(sweptJustNow);
  });
  await withClient(bench.superuserUrl, async (client) => {
    await client.query(loggingTimesOf('internal_server', 'lists'));
  });
  const floor = await bench.startOther('floor', { DATABASE_URL: urls.ownerUrl });
  const scale: AtScale[] = [];
  const counts = bench.isQuick ? scales.quick : scales.full;
  for (const [i, leads] of counts.entries()) {
    bench.report.progress(`lists: fill up to ${leads} leads`);
    const started = performance.now();
    await fillLeads(
      bench,
      superuserUrl,
      { from: (counts[i - 1] ?? 0) + 1, to: leads },
      attorney.id,
    );
    const fillSeconds = (performance.now() - started) / 1000;

    const resumeDir = await bench.createFolder('lists');
    const env = { DATABASE_URL: urls.internalUrl, RESUME_DIR: resumeDir };
    const server = await bench.startOurs('internal', env);
    const figures = await measureViews(bench, server, attorney, leads);
    const floorCpu = await measureFloor(bench, floor);
    const csv = await measureExport(bench, server, attorney, urls.ownerUrl);
    scale.push({ leads, fillSeconds, figures, floorCpu, csv });
    await server.stop();
  }
  await floor.stop();
  show(bench, scale);
  compare(bench, scale);
}

async function measureViews(bench: Bench, server: Server, attorney: Attorney, leads: number) {
  let views: View[] = [];
  await withClient(loginUrl(bench.superuserUrl, 'lists'), async (client) => {
    views = await listViews(client, leads);
  });
  const { port } = server;
  const { headers } = attorney;
  for (const { path } of views) {
    // Until the engine has compiled what there is to compile.
    const requests = bench.isQuick ? 10 : 40;
    await bench.load.run({ port, path, headers, clients: 1, requests, durationMs: longestMs });
  }
  const figures: Figures[] = [];
  for (const view of views) {
    bench.report.progress(`lists: ${leads} leads, ${view.name}`);
    const isWide = await saysThatItIsWide(server, attorney, view);
    figures.push({ ...view, isWide, ...(await measureView(bench, server, attorney, view)) });
  }
  return figures;
}

async function saysThatItIsWide({ port }: Server, { headers }: Attorney, { path }: View) {
  const page = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return (await page.text()).includes('More than 10,000 match');
}

async function measureView(bench: Bench, server: Server, { headers }: Attorney, { path }: View) {
  const requests = bench.isQuick ? requestsOfEach.quick : requestsOfEach.full;
  const job = { path, headers, clients: 1, requests, durationMs: longestMs };
  const timeBefore = await bench.databaseTimeMs();
  const result = await bench.measure(server, job);
  const timeAfter = await bench.databaseTimeMs();
  return { ...result, databaseTime: (timeAfter - timeBefore) / result.requests };
}

async function measureFloor(bench: Bench, floor: Server): Promise<number> {
  const requests = bench.isQuick ? floorRequests.quick : floorRequests.full;
  const job = { path: '/leads', clients: 1 };
  await bench.measure(floor, { ...job, requests }); // to warm up
  const { errors, serverCpu } = await bench.measure(floor, { ...job, requests });
  return errors > 0 ? NaN : serverCpu;
}

function show({ report }: Bench, scale: AtScale[]): void {
  const least = scale[0]?.figures ?? [];
  const most = scale.at(-1)?.figures ?? [];
  const atEach = (i: number, figure: 'p50' | 'p95' | 'databaseTime') =>
    Object.fromEntries(
      scale.map(({ leads, figures }) => [`${figure} ${leads}`, figures[i]?.[figure] ?? NaN]),
    );
  const rows = most.map((view, i) => ({
    view: view.name,
    wide: view.isWide ? 'wide' : '',
    ...atEach(i, 'p50'),
    ...atEach(i, 'p95'),
    ...atEach(i, 'databaseTime'),
    'p50 most : least': view.p50 / (least[i]?.p50 ?? NaN),
    serverCpu: view.serverCpu,
    databaseCpu: view.databaseCpu,
    errors: scale.reduce((sum, { figures }) => sum + (figures[i]?.errors ?? 0), 0),
  }));
  report.table('Lists: times in ms; CPU of one page with the most leads', rows);
  const exports = scale.map(({ leads, fillSeconds, csv, floorCpu }) => ({
    leads,
    fillSeconds,
    ...csv,
    "CPU of the floor's list": floorCpu,
  }));
  report.table('Lists: filling, and the CSV of all leads (peak memory)', exports);
}

function compare({ report }: Bench, scale: AtScale[]): void {
  const measured = (goal: 'viewP95' | 'viewP95At100k' | 'wideP95', views: Figures[]) => {
    const slowest = views.map(withoutErrors).reduce((a, b) => (isWorse(b.p95, a.p95) ? b : a));
    report.measured(goal, slowest.p95, slowest.name);
  };
  for (const { leads, figures } of scale) {
    if (leads === 100_000) measured('viewP95At100k', figures);
    if (leads !== 1_000_000) continue;
    measured(
      'viewP95',
      figures.filter(({ isWide }) => !isWide),
    );
    measured(
      'wideP95',
      figures.filter(({ isWide }) => isWide),
    );
  }
  const most = scale.at(-1);
  if (!most) return;
  const pages = most.figures.filter(({ kind }) => kind === 'list');
  report.measured('pageCpu', median(pages.map(({ serverCpu }) => serverCpu)) / most.floorCpu);
  report.measured('csvTime', most.csv.ratio);
  report.measured('csvMemory', most.csv.csvMb);
}

function withoutErrors(view: Figures): Figures {
  return view.errors > 0 ? { ...view, p95: NaN } : view;
}

/** Nothing is worse than what could not be measured. */
function isWorse(figure: number, other: number): boolean {
  return !Number.isNaN(other) && !(figure <= other);
}
