interface Goal {
  name: string;
  unit: string;
  atMost?: number;
  atLeast?: number;
}

/** What the benchmark fails for. Most are ratios within one run, so that they hold on any machine. */
export const goals = {
  cpuSmall: {
    name: "CPU of a submission, × the floor's (16 clients, 100 KB)",
    unit: '×',
    atMost: 1.6,
  },
  cpuLarge: {
    name: "CPU of a submission, × the floor's (16 clients, 5 MB)",
    unit: '×',
    atMost: 1.25,
  },
  rateSmall: {
    name: "submissions/s, × the floor's (16 clients, 100 KB)",
    unit: '×',
    atLeast: 0.65,
  },
  rateLarge: { name: "submissions/s, × the floor's (16 clients, 5 MB)", unit: '×', atLeast: 0.85 },
  errors64: { name: 'answers other than 2xx (64 clients, 100 KB)', unit: '', atMost: 0 },
  p99Of64: { name: 'p99 of a submission (64 clients, 100 KB)', unit: 'ms', atMost: 300 },
  errors200: {
    name: 'answers other than 2xx (200 uploads in flight)',
    unit: '',
    atMost: 0,
  },
  memory200: {
    name: 'memory with 200 uploads in flight, local store, the most',
    unit: 'MB',
    atMost: 230,
  },
  memoryBySize: {
    name: 'memory with 10 MB each, × that with 1 MB and as many bytes',
    unit: '×',
    atMost: 1.25,
  },
  slowMail: {
    name: 'p95 of a submission while mail is slow by 2 s, × without',
    unit: '×',
    atMost: 1.2,
  },
  mailCpu: {
    name: 'CPU of internal server and database for a pair of mails',
    unit: 'ms',
    atMost: 1.5,
  },
  listGrowth: {
    name: 'list: (p50 with the most leads − 2 ms), × that with 1,000',
    unit: '×',
    atMost: 2,
  },
  listP95: { name: 'list: p95 with the most leads', unit: 'ms', atMost: 20 },
  searchP95: { name: 'search: p95 with the most leads', unit: 'ms', atMost: 40 },
  csvSeconds: { name: 'CSV of all leads', unit: 's', atMost: 15 },
  csvMemory: { name: 'memory during that CSV', unit: 'MB', atMost: 200 },
  downloads: {
    name: "downloads/s of 5 MB, × a file stream's (16 clients)",
    unit: '×',
    atLeast: 0.5,
  },
  signedIn: {
    name: 'CPU of a signed-in page after the first, median of the lists',
    unit: 'ms',
    atMost: 5,
  },
  startSeconds: { name: 'start to ready, the slower server', unit: 's', atMost: 0.5 },
  idleMemory: { name: 'idle memory, the larger server', unit: 'MB', atMost: 90 },
} as const satisfies Record<string, Goal>;

export type GoalKey = keyof typeof goals;

export interface Outcome {
  goal: string;
  unit: string;
  limit: string;
  figure: number;
  isMet: boolean;
  /** Where the figure comes from, when it is the worst of several. */
  note: string;
}

export function judge(key: GoalKey, figure: number, note = ''): Outcome {
  const { name, unit, atMost = Infinity, atLeast = -Infinity }: Goal = goals[key];
  const limit = atMost === Infinity ? `≥ ${atLeast}` : `≤ ${atMost}`;
  // Not `figure > atMost`: what could not be measured is not met.
  const isMet = figure <= atMost && figure >= atLeast;
  return { goal: name, unit, limit, figure, isMet, note };
}
