interface Goal {
  name: string;
  unit: string;
  atMost?: number;
  atLeast?: number;
}

// Ratios whose limits are the worst measured and a tenth: docs/performance.md has the runs.
const startLimit = 5.7;
const csvLimit = 7.2;
const pageCpuLimit = 17;

/** The benchmark fails when one is missed. Most are ratios within one run, for any machine. */
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
  errors64: { name: 'responses other than 2xx (64 clients, 100 KB)', unit: '', atMost: 0 },
  p99Of64: { name: 'p99 of a submission (64 clients, 100 KB)', unit: 'ms', atMost: 300 },
  errors200: {
    name: 'responses other than 2xx (200 uploads in flight)',
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
    name: 'p95 of a submission while each email takes 2 s, × without',
    unit: '×',
    atMost: 1.2,
  },
  mailCpu: {
    name: 'CPU of internal server and database for a pair of emails',
    unit: 'ms',
    atMost: 4,
  },
  viewP95At100k: { name: 'p95 of each view, 100,000 leads', unit: 'ms', atMost: 40 },
  viewP95: { name: 'p95 of each view but wide searches, a million leads', unit: 'ms', atMost: 40 },
  wideP95: { name: 'p95 of each wide search, a million leads', unit: 'ms', atMost: 150 },
  csvTime: { name: 'CSV of all leads, × COPY of the same rows', unit: '×', atMost: csvLimit },
  csvMemory: { name: 'memory during that CSV', unit: 'MB', atMost: 200 },
  downloads: {
    name: "downloads/s of 5 MB, × a file stream's (16 clients)",
    unit: '×',
    atLeast: 0.5,
  },
  pageCpu: {
    name: "CPU of a signed-in page, median of the lists, × the floor's list",
    unit: '×',
    atMost: pageCpuLimit,
  },
  signIn: {
    name: 'first request of an attorney while 40 guess, the worst',
    unit: 'ms',
    atMost: 2000,
  },
  startTime: {
    name: "start to ready, the slower server, × an empty Koa server's",
    unit: '×',
    atMost: startLimit,
  },
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

export function toOutcome(key: GoalKey, figure: number, note = ''): Outcome {
  const { name, unit, atMost = Infinity, atLeast = -Infinity }: Goal = goals[key];
  const limit = atMost === Infinity ? `≥ ${atLeast}` : `≤ ${atMost}`;
  // Not `figure > atMost`: what could not be measured is not met.
  const isMet = figure <= atMost && figure >= atLeast;
  return { goal: name, unit, limit, figure, isMet, note };
}
