import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createAttorney } from './support/account';
import type { Bench, Measured } from './support/bench';
import type { Server } from './support/servers';
import { median, medians } from './support/statistics';
import { submit } from './support/submissions/submit';

const resumeBytes = 5_000_000;
const clients = 16;

/** Downloads of a resume from the internal server, and of the same file as a stream. */
export async function download(bench: Bench): Promise<void> {
  const urls = await bench.createDatabase('download');
  const folder = await bench.createFolder('download');
  const env = { RESUME_DIR: folder };
  const publicServer = await bench.startOurs('public', { ...env, DATABASE_URL: urls.publicUrl });
  const lead = await submit(publicServer.port, resumeBytes);
  await publicServer.stop();
  const [name = ''] = await readdir(path.join(folder, 'resumes'));
  const file = path.join(folder, 'resumes', name);
  const { headers } = await createAttorney(urls.ownerUrl);
  const ours = await bench.startOurs('internal', { ...env, DATABASE_URL: urls.internalUrl });
  const floor = await bench.startOther('files', { FILE: file, BYTES: String(resumeBytes) });

  const pass = async (server: Server) => {
    const job = { path: `/leads/${lead}/resume`, headers, clients };
    await bench.measure(server, { ...job, requests: clients }); // to warm up
    return bench.measure(server, { ...job, durationMs: bench.passMs });
  };
  const rounds: Record<'ours' | 'floor', Measured>[] = [];
  for (let round = 1; round <= bench.rounds; round++) {
    bench.report.progress(`download: round ${round}`);
    rounds.push({ ours: await pass(ours), floor: await pass(floor) });
  }
  await Promise.all([ours.stop(), floor.stop()]);

  const rows = (['ours', 'floor'] as const).map((server) => ({
    server,
    ...medians(rounds.map((round) => round[server])),
  }));
  bench.report.table('Downloads of 5 MB, 16 clients: medians; times and CPU of one in ms', rows);
  const ratios = rounds.map((round) => round.ours.perSecond / round.floor.perSecond);
  bench.report.measured('downloads', median(ratios));
}
