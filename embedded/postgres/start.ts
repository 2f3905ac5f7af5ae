import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { retry } from '../../common/resilience/retry';
import { freePort, problemWith } from '../ports';
import { prepareBinaries } from './binaries';
import { initialise, openHome, readPassword } from './cluster';
import { stopLeftOver } from './stop-left-over';
import { supervise, type Supervised } from './supervisor';

interface PostgresOptions {
  dataDir: string;
  port?: number;
  /** False, for tests: faster, but a crash may lose data. */
  durable: boolean;
  /** As in postgresql.conf: `name=value`. */
  settings?: readonly string[];
}

export type EmbeddedPostgres = Awaited<ReturnType<typeof startPostgres>>;

/** Starts the Postgres of `dataDir`. It ends with this process, however that ends. */
export async function startPostgres(options: PostgresOptions) {
  const home = await openHome(path.resolve(options.dataDir));
  const bin = await prepareBinaries(home.folder, home.user);
  const password = await readPassword(home);
  const cluster = await initialise(home, bin, options.durable);
  await stopLeftOver(cluster);

  const port = options.port ?? (await rememberedPort(home.folder));
  const log = path.join(home.folder, 'log');
  const settings = [
    ...commonSettings,
    ...(options.durable ? [] : undurableSettings),
    ...(options.settings ?? []),
  ].flatMap((each) => ['-c', each]);
  const command = [path.join(bin, 'postgres'), '-D', cluster, '-p', String(port)];
  const server = supervise(home.user, log, [...command, ...settings]);

  const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  await untilReady(superuserUrl, server, log);
  return { port, superuserUrl, ...server };
}

const commonSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  'log_error_verbosity=terse', // the details of an error quote whole rows
];

const undurableSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

async function rememberedPort(folder: string): Promise<number> {
  const file = path.join(folder, 'port');
  const kept = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (kept !== 0 && !(await problemWith(kept))) return kept;
  const port = await freePort();
  await writeFile(file, String(port));
  return port;
}

const readyWithinMs = 60_000; // includes recovery after a crash
const notYet = ['ECONNREFUSED', '57P03']; // cannot_connect_now: the server is starting up

async function untilReady(url: string, server: Supervised, log: string): Promise<void> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  server.gone.then(end, end);
  try {
    await retry(() => connectOnce(url), {
      until: performance.now() + readyWithinMs,
      isTransient: (error) => !hasEnded && notYet.includes((error as { code?: string }).code ?? ''),
      pauseMs: () => 20,
    });
  } catch (cause) {
    await server.stop();
    throw new Error(`Postgres did not start; its log is ${log}`, { cause });
  }
}

async function connectOnce(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.end();
}
