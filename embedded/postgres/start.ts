import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, DatabaseError } from 'pg';
import { retry } from '../../common/resilience/retry';
import { endOf, lengthOf } from '../log-end';
import { freePort, problemWith } from '../ports';
import { quietly, type Starting } from '../starting';
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
export async function startPostgres(options: PostgresOptions, starting: Starting = quietly) {
  const home = await openHome(path.resolve(options.dataDir));
  const bin = await prepareBinaries(home.folder, home.user, starting);
  const password = await readPassword(home);
  const cluster = await initialise(home, { bin, durable: options.durable, starting });
  await stopLeftOver(cluster, starting);

  const port = options.port ?? (await rememberedPort(home.folder));
  const log = path.join(home.folder, 'log');
  const settings = [
    ...commonSettings,
    ...(options.durable ? [] : undurableSettings),
    ...(options.settings ?? []),
  ].flatMap((each) => ['-c', each]);
  const command = [path.join(bin, 'postgres'), '-D', cluster, '-p', String(port)];
  const earlierBytes = lengthOf(log);
  starting.say('Starting Postgres …');
  const server = supervise(home.user, log, [...command, ...settings]);
  starting.opened(() => server.stop());

  const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const ready = untilReady(superuserUrl, server, cluster);
  await starting.waitFor(`Postgres. Its log: ${log}`, ready).catch(async (cause: unknown) => {
    await server.stop();
    const reason = cause instanceof Error ? cause.message : '';
    throw new Error(`Postgres did not start (${reason}). ${await endOf(log, earlierBytes)}`, {
      cause,
    });
  });
  const ended = server.gone.then(
    async () => new Error(`Postgres ended. ${await endOf(log, earlierBytes)}`),
  );
  return { port, superuserUrl, log, ...server, ended };
}

const commonSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  'log_error_verbosity=terse', // the details of an error quote whole rows
  'reserved_connections=10', // for the owner and the internal server
  'max_notify_queue_pages=64', // nobody listens, and every login may fill it
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

/** Waits for as long as the server lives: recovery after a crash may take long. */
async function untilReady(url: string, server: Supervised, cluster: string): Promise<void> {
  let hasEnded = false;
  const ended = server.gone
    .finally(() => {
      hasEnded = true;
    })
    .then(() => Promise.reject(new Error('it has ended')));
  const connected = retry(() => connectOnce(url), {
    until: Infinity,
    isTransient: (error) => !hasEnded && !(isRefusal(error) && isListening(cluster)),
    pauseMs: (attempt) => Math.min(20 * attempt, 500),
  });
  await Promise.race([connected, ended]);
}

/** Whether the server itself refuses, and will again: not because it is starting up or has no room. */
function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && !/^5[37]/.test(error.code ?? '');
}

/** Until then, whatever accepts connections on the port is another program. */
function isListening(cluster: string): boolean {
  try {
    return readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').includes('\nready');
  } catch {
    return false;
  }
}

async function connectOnce(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined); // the connection is closed already
  await client.connect();
  await client.end();
}
