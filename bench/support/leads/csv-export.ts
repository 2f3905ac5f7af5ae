import { withClient } from '../../../embedded/provision';
import type { Attorney } from '../account';
import type { Bench } from '../bench';
import { forgetPeakMemory, peakMemoryMb } from '../proc';
import type { Server } from '../servers';
import { median } from '../statistics';

export interface Export {
  csvSeconds: number;
  copySeconds: number;
  ratio: number;
  csvMb: number;
}

// The least that the same rows cost: what the CSV holds, in its order, written by Postgres itself.
const copy = `copy (
    select leads.id, first_name, last_name, leads.email, state, leads.created_at, reached_out_at,
      attorney.name, assignee.name, flagged_reason, resume_filename, resume_type, resume_bytes
    from leads
    left join accounts as attorney on attorney.id = reached_out_by
    left join accounts as assignee on assignee.id = assigned_to
    where flagged_reason is null
    order by leads.created_at, leads.id
  ) to stdout (format csv)`;

/** The CSV of all leads, in turns with a COPY of the same rows to this process. */
export async function measureExport(
  { load, report, rounds }: Bench,
  { pid, port }: Server,
  { headers }: Attorney,
  ownerUrl: string,
): Promise<Export> {
  const passes: Record<'csvSeconds' | 'copySeconds', number>[] = [];
  forgetPeakMemory(pid);
  for (let round = 1; round <= rounds; round++) {
    report.progress(`lists: CSV of all leads, round ${round}`);
    const copySeconds = await secondsOfCopy(ownerUrl);
    const job = { port, path: '/leads.csv', headers, clients: 1, requests: 1 };
    const { p50, errors } = await load.run(job);
    passes.push({ copySeconds, csvSeconds: errors > 0 ? NaN : p50 / 1000 });
  }
  return {
    csvSeconds: median(passes.map(({ csvSeconds }) => csvSeconds)),
    copySeconds: median(passes.map(({ copySeconds }) => copySeconds)),
    ratio: median(passes.map(({ csvSeconds, copySeconds }) => csvSeconds / copySeconds)),
    csvMb: peakMemoryMb(pid),
  };
}

async function secondsOfCopy(url: string): Promise<number> {
  const started = performance.now();
  await withClient(url, async (client) => {
    await client.query(copy); // pg receives each row, and drops it
  });
  return (performance.now() - started) / 1000;
}
