import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chown,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import type { Starting } from '../starting';
import { chooseServerUser, runAs, type ServerUser } from './server-user';

type ClusterHome = Awaited<ReturnType<typeof openHome>>;

/** Opens the folder `postgres` in `dataDir`: a link to another place when Postgres cannot reach it. */
export async function openHome(dataDir: string) {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const place = path.join(dataDir, 'postgres');
  const user = await chooseServerUser(place);
  const existing = await realpath(place).catch(() => undefined);
  if (existing !== undefined) return { folder: existing, user };

  const isReachable = (await runAs(user, '/bin/sh', ['-c', 'test -x "$0"', dataDir])).succeeded;
  const folder = isReachable ? place : await mkdtemp(`${systemFolder}/lead-intake-`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await giveTo(user, folder);
  if (!isReachable) await symlink(folder, place);
  return { folder: await realpath(place), user };
}

const systemFolder = process.platform === 'darwin' ? '/var/db' : '/var/lib';

/** Returns the superuser's password, which the first start generates. */
export async function readPassword({ folder, user }: ClusterHome): Promise<string> {
  const file = path.join(folder, 'password');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept === '' && existsSync(path.join(folder, 'cluster'))) {
    throw new Error(`${file} is missing or empty. Restore it: it opens the database beside it.`);
  }
  const password = kept || randomBytes(24).toString('base64url');
  if (kept === '') await writeFile(file, password, { mode: 0o600, flush: true });
  await giveTo(user, file);
  return password;
}

/** Creates the cluster unless it exists: under another name first, so that it is always complete. */
export async function initialise(
  { folder, user }: ClusterHome,
  { bin, durable, starting }: { bin: string; durable: boolean; starting: Starting },
) {
  const cluster = path.join(folder, 'cluster');
  const names = await readdir(folder);
  if (names.includes('cluster')) return cluster;

  const unfinished = await mkdtemp(path.join(folder, 'unfinished-'));
  await giveTo(user, unfinished);
  const options = [...initdbOptions, `--pwfile=${folder}/password`, `--pgdata=${unfinished}`];
  if (!durable) options.push('--no-sync');
  starting.say('Creating the database …');
  const stopping = new AbortController();
  const running = runAs(user, path.join(bin, 'initdb'), options, stopping.signal);
  starting.opened(() => {
    stopping.abort();
    return running;
  });
  const run = await starting.waitFor('initdb, which creates the database.', running);
  if (!run.succeeded)
    throw new Error(`The database could not be created in ${folder}:\n${run.output}`);
  await rename(unfinished, cluster);
  for (const name of names.filter((each) => each.startsWith('unfinished-'))) {
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
  return cluster;
}

// The ctype lets pg_trgm recognize letters beyond ASCII; rows are sorted as with C.
const initdbOptions = [
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--lc-ctype=C.UTF-8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

async function giveTo({ uid, gid }: ServerUser, file: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
}
