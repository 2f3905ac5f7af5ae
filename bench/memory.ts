import { createAttorney } from './support/account';
import type { Bench } from './support/bench';
import { forgetPeakMemory, memoryMb, peakMemoryMb } from './support/proc';
import { median, sumOfErrors } from './support/statistics';
import { submit } from './support/submissions/submit';
import type { Row } from './support/table';

const atOnce = 200;
const downloads = 50;

/** Peaks of servers that have just started. The peak of a large CSV is measured in `lists`. */
export async function memory(bench: Bench): Promise<void> {
  const rows = [];
  const [of10, of5, of1, manyOf1] = [
    await measureUploads(bench, 10_000_000, atOnce),
    await measureUploads(bench, 5_000_000, atOnce),
    await measureUploads(bench, 1_000_000, atOnce),
    await measureUploads(bench, 1_000_000, (bench.isQuick ? 2 : 10) * atOnce),
  ];
  rows.push(of10.row, of5.row, of1.row, manyOf1.row, await measureDownloads(bench));
  bench.report.table('Memory: in MB, medians', rows);
  const all = [of10, of5, of1, manyOf1];
  bench.report.measured('memory200', Math.max(...all.map(({ peak }) => peak)));
  // Over the same number of bytes: 200 MB end before the engine has collected garbage more than a
  // few times.
  bench.report.measured('memoryBySize', of10.peak / manyOf1.peak);
  bench.report.measured('errors200', sumOfErrors(all));
}

async function measureUploads(bench: Bench, resumeBytes: number, uploads: number) {
  const what = `${uploads} uploads of ${resumeBytes / 1e6} MB, ${atOnce} in flight`;
  const peaks: number[] = [];
  let errors = 0;
  let idle = NaN;
  for (let round = 1; round <= (bench.isQuick ? 1 : bench.rounds); round++) {
    bench.report.progress(`memory: ${what}, round ${round}`);
    const database = `memory_${resumeBytes}_${uploads}_${round}`;
    const { publicUrl } = await bench.createDatabase(database);
    const server = await bench.startOurs('public', {
      DATABASE_URL: publicUrl,
      RESUME_DIR: await bench.createFolder(database),
    });
    idle = memoryMb(server.pid);
    const result = await bench.load.run({
      port: server.port,
      clients: atOnce,
      requests: uploads,
      resumeBytes,
      inFlightTogether: true,
    });
    errors += result.errors;
    peaks.push(peakMemoryMb(server.pid));
    await server.stop();
    await bench.removeFolder(database);
  }
  const peak = median(peaks);
  const row: Row = { what, 'before it': idle, peak, errors };
  return { peak, errors, row };
}

async function measureDownloads(bench: Bench): Promise<Row> {
  bench.report.progress(`memory: ${downloads} downloads of 10 MB`);
  const urls = await bench.createDatabase('memory_downloads');
  const env = { RESUME_DIR: await bench.createFolder('memory_downloads') };
  const publicServer = await bench.startOurs('public', { ...env, DATABASE_URL: urls.publicUrl });
  const lead = await submit(publicServer.port, 10_000_000);
  await publicServer.stop();
  const { headers } = await createAttorney(urls.ownerUrl);
  const server = await bench.startOurs('internal', { ...env, DATABASE_URL: urls.internalUrl });
  const job = { port: server.port, headers };
  await bench.load.run({ ...job, path: '/leads', clients: 1, requests: 3 }); // checking the password takes memory of its own
  forgetPeakMemory(server.pid);
  const idle = memoryMb(server.pid);
  const path = `/leads/${lead}/resume`;
  const { errors } = await bench.load.run({
    ...job,
    path,
    clients: downloads,
    requests: downloads,
  });
  const peak = peakMemoryMb(server.pid);
  await server.stop();
  return { what: `${downloads} downloads of 10 MB`, 'before it': idle, peak, errors };
}
