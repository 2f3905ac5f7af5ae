import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort, problemWith } from '../ports';
import { prepareBinaries } from './binaries';
import { initialise, openHome, readPassword } from './cluster';
import { stopLeftOver } from './left-over';
import { supervise, type Supervised } from './supervisor';

export interface PostgresOptions {
  dataDir: string;
  port?: number;
  /** False gives up every guarantee after a crash for speed: for tests. */
  durable: boolean;
  /** Of postgresql.conf, as `name=value`. */
  settings?: readonly string[];
}

export interface EmbeddedPostgres {
  port: number;
  superuserUrl: string;
  /** Settles when the server is gone, asked for or not. */
  gone: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the Postgres of `dataDir`. It never outlives this process, however that one ends. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const home = await openHome(path.resolve(options.dataDir));
  const bin = await prepareBinaries(home.folder, home.user);
  const password = await readPassword(home);
  const cluster = await initialise(home, bin, options.durable);
  await stopLeftOver(cluster);

  const port = options.port ?? (await rememberedPort(home.folder));
  const log = path.join(home.folder, 'log');
  const hasty = options.durable ? [] : hastySettings;
  const settings = [...commonSettings, ...hasty, ...(options.settings ?? [])];
  const command = [path.join(bin, 'postgres'), '-D', cluster, '-p', String(port)];
  const server = supervise(home.user, log, [
    ...command,
    ...settings.flatMap((each) => ['-c', each]),
  ]);

  const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  await untilReady(superuserUrl, server, log);
  return { port, superuserUrl, gone: server.gone, stop: () => server.stop() };
}

const commonSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  'log_error_verbosity=terse', // the detail of an error quotes whole rows
];

const hastySettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

async function rememberedPort(folder: string): Promise<number> {
  const file = path.join(folder, 'port');
  const kept = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (kept !== 0 && !(await problemWith(kept))) return kept;
  const port = await freePort();
  await writeFile(file, String(port));
  return port;
}

const readyWithinMs = 60_000; // recovery after a crash included
const notYet = ['ECONNREFUSED', '57P03']; // cannot_connect_now: the server is starting up

async function untilReady(url: string, server: Supervised, log: string): Promise<void> {
  const patience = AbortSignal.timeout(readyWithinMs);
  const ended = server.gone.then((): Problem => new Error('it ended'));
  for (;;) {
    const problem = await Promise.race([probe(url), ended]);
    if (problem === undefined) return;
    if (!notYet.includes(problem.code ?? '') || patience.aborted) {
      await server.stop();
      throw new Error(`Postgres did not start; its log is ${log}`, { cause: problem });
    }
    await sleep(20);
  }
}

type Problem = Error & { code?: string };

async function probe(connectionString: string): Promise<Problem | undefined> {
  const client = new Client({ connectionString });
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    return error as Problem;
  }
}
