import { createAccountRepository } from '../common/accounts/repository';
import { hashPassword } from '../common/accounts/passwords';
import { createDatabase } from '../common/database/connect';
import type { Bench } from './support/bench';
import { median, quantile } from './support/statistics';

const password = 'benchmark password';
const office = '10.0.0.1';
const guessers = 40;
const attorneys = { quick: 10, full: 30 };
const nameOf = (n: number) => `attorney${n}@example.com`;

interface Siege {
  name: string;
  /** Whose password guesser `n` guesses, and where from. */
  victim: (n: number, count: number) => string;
  from: (n: number) => string;
}

const sieges: Siege[] = [
  {
    name: '40 networks guess their passwords',
    victim: (n, count) => nameOf(n % count),
    from: (n) => `10.1.${n}.1`,
  },
  {
    name: '40 clients of their own network guess others',
    victim: (n) => `somebody${n}@example.com`,
    from: () => office,
  },
];

/** The first request of an attorney whose password is right, while nobody guesses, and while 40 do. */
export async function signIn(bench: Bench): Promise<void> {
  const urls = await bench.createDatabase('sign_in');
  const count = bench.isQuick ? attorneys.quick : attorneys.full;
  await createAttorneys(urls.ownerUrl, count);
  const env = {
    DATABASE_URL: urls.internalUrl,
    RESUME_DIR: await bench.createFolder('sign-in'),
    TRUSTED_PROXY_HOPS: '1',
  };
  const times: [string, number[]][] = [];
  for (const siege of [undefined, ...sieges]) {
    bench.report.progress(`sign-in: ${siege?.name ?? 'calm'}`);
    const server = await bench.startOurs('internal', env); // a new one remembers no password
    times.push([siege?.name ?? 'calm', await signInAll(server.port, count, siege)]);
    await server.stop();
  }
  const rows = times.map(([attack, ms]) => ({
    attack,
    median: Math.round(median(ms)),
    p95: Math.round(quantile(ms, 0.95)),
    worst: Math.round(Math.max(...ms)),
  }));
  bench.report.table('First request of an attorney who signed in the same day, in ms', rows);
  bench.report.measured('signIn', Math.max(...rows.map(({ worst }) => worst)));
}

async function createAttorneys(ownerUrl: string, count: number): Promise<void> {
  const db = createDatabase(ownerUrl);
  const accounts = createAccountRepository(db);
  const passwordHash = await hashPassword(password);
  for (let n = 0; n < count; n++) {
    const account = { email: nameOf(n), name: 'Ann Lee', role: 'ATTORNEY', passwordHash } as const;
    await accounts.create(account, 'system');
  }
  await db.destroy();
}

/** Signs in one account after the other from the office. Returns how long each took in ms. */
async function signInAll(port: number, count: number, siege?: Siege): Promise<number[]> {
  let isOver = false;
  const guess = async (n: number, victim: string, from: string) => {
    for (let i = 0; !isOver; i++) await request(port, victim, `guess ${n} ${i}`, from);
  };
  for (let n = 0; siege && n < guessers; n++) {
    void guess(n, siege.victim(n, count), siege.from(n)).catch(() => undefined); // ends with the server
  }
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const started = performance.now();
    const status = await request(port, nameOf(n), password, office);
    if (status !== 200) throw new Error(`An attorney's sign-in was refused with ${status}`);
    times.push(performance.now() - started);
  }
  isOver = true;
  return times;
}

async function request(port: number, name: string, given: string, from: string): Promise<number> {
  const credentials = Buffer.from(`${name}:${given}`).toString('base64');
  const headers = { authorization: `Basic ${credentials}`, 'x-forwarded-for': from };
  const response = await fetch(`http://127.0.0.1:${port}/api/me`, { headers });
  await response.arrayBuffer();
  return response.status;
}
