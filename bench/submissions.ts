import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { withClient } from '../embedded/provision';
import type { Bench, Measured } from './support/bench';
import { forgetPeakMemory, peakMemoryMb } from './support/proc';
import type { Server } from './support/servers';
import { median, medians, sumOfErrors } from './support/statistics';

interface Subject {
  name: 'ours' | 'floor';
  server: Server;
  /** Where it stores the resumes. */
  folder: string;
}

type Pass = Measured & { peakMb: number };

const sizes = { '100 KB': 100_000, '1 MB': 1_000_000, '5 MB': 5_000_000 };
type Size = keyof typeof sizes;

interface Cell {
  size: Size;
  clients: number;
}

const decisive: Cell[] = [
  { size: '100 KB', clients: 16 },
  { size: '5 MB', clients: 16 },
  { size: '100 KB', clients: 64 },
];

/** Submissions to the public server, and to the floor. */
export async function submissions(bench: Bench): Promise<void> {
  const subjects = await startSubjects(bench);
  await warmUp(bench, subjects);
  const rows = [];
  for (const cell of bench.isQuick ? decisive : everyCell()) {
    const rounds = await measure(bench, subjects, cell);
    compare(bench, cell, rounds);
    for (const { name } of subjects) {
      const passes = rounds.map((round) => round[name]);
      rows.push({ resume: cell.size, clients: cell.clients, server: name, ...toRow(passes) });
    }
  }
  for (const { server } of subjects) await server.stop();
  bench.report.table('Submissions: medians; times and CPU of one in ms, memory in MB', rows);
}

function everyCell(): Cell[] {
  const names = Object.keys(sizes) as Size[];
  return names.flatMap((size) => [1, 16, 64].map((clients) => ({ size, clients })));
}

async function startSubjects(bench: Bench): Promise<Subject[]> {
  const urls = await bench.createDatabase('submissions');
  const store = await bench.createFolder('submissions');
  const ours = await bench.startOurs('public', {
    DATABASE_URL: urls.publicUrl,
    RESUME_DIR: store,
  });
  await withClient(urls.ownerUrl, async (client) => {
    await client.query(`create schema floor;
      create table floor.leads (like public.leads including defaults);
      alter table floor.leads add primary key (id), drop column search_text, drop column sort_name`);
  });
  const folder = await bench.createFolder('floor');
  const url = `${urls.ownerUrl}?options=-c%20search_path%3Dfloor`;
  const floor = await bench.startOther('floor', { DATABASE_URL: url, FOLDER: folder });
  return [
    { name: 'ours', server: ours, folder: path.join(store, 'resumes') },
    { name: 'floor', server: floor, folder },
  ];
}

/** Lets the engine compile what there is to compile. */
async function warmUp(bench: Bench, subjects: Subject[]): Promise<void> {
  bench.report.progress('submissions: warming up');
  const job = { clients: 16, resumeBytes: 100_000, durationMs: bench.isQuick ? 2000 : 5000 };
  for (const { server, folder } of subjects) {
    await bench.load.run({ ...job, port: server.port });
    await tidy(bench, folder);
  }
}

type Round = Record<Subject['name'], Pass>;

/** In turns; each round begins with the other one. */
async function measure(bench: Bench, subjects: Subject[], cell: Cell): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let round = 1; round <= bench.rounds; round++) {
    const passes: Partial<Round> = {};
    for (const subject of round % 2 ? subjects : subjects.toReversed()) {
      const { size, clients } = cell;
      bench.report.progress(`submissions: ${size}, ${clients} clients, ${round}: ${subject.name}`);
      passes[subject.name] = await pass(bench, subject, cell);
    }
    rounds.push(passes as Round);
  }
  return rounds;
}

async function pass(bench: Bench, { server, folder }: Subject, cell: Cell): Promise<Pass> {
  const { clients, size } = cell;
  forgetPeakMemory(server.pid);
  const job = { clients, resumeBytes: sizes[size], durationMs: bench.passMs };
  const result = await bench.measure(server, job);
  const peakMb = peakMemoryMb(server.pid);
  await tidy(bench, folder);
  return { ...result, peakMb };
}

/** Frees the disk, and writes what is pending so that the next pass does not pay for it. */
async function tidy({ superuserUrl }: Bench, folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(path.join(folder, name));
  await withClient(superuserUrl, async (client) => {
    await client.query('checkpoint');
  });
}

function compare({ report }: Bench, { size, clients }: Cell, rounds: Round[]): void {
  const ratio = (figure: keyof Pass) =>
    median(rounds.map(({ ours, floor }) => ours[figure] / floor[figure]));
  if (clients === 16 && size !== '1 MB') {
    const isSmall = size === '100 KB';
    report.measured(isSmall ? 'cpuSmall' : 'cpuLarge', ratio('serverCpu'));
    report.measured(isSmall ? 'rateSmall' : 'rateLarge', ratio('perSecond'));
  }
  if (clients === 64 && size === '100 KB') {
    report.measured('errors64', sumOfErrors(rounds.map(({ ours }) => ours)));
    report.measured('p99Of64', median(rounds.map(({ ours }) => ours.p99)));
  }
}

function toRow(passes: Pass[]): Pass {
  return { ...medians(passes), errors: sumOfErrors(passes) };
}
