import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../../embedded/ports';
import { chooseServerUser, runAs } from '../../../embedded/postgres/server-user';

const bin = '/usr/lib/postgresql/15/bin';

export interface DebianPostgres {
  /** The variables that make Postgres's programs this cluster's superuser. */
  env: Record<string, string>;
  /** The URL of a login for one database. */
  url(login: string, password: string, database: string): string;
  /** The file that the server logs to. */
  log: string;
  stop(): Promise<void>;
}

/** Skips the block's tests without Debian's Postgres 15, or fails if REQUIRE_POSTGRES_15 is 1. */
export function needsDebianPostgres(): void {
  before(function () {
    if (existsSync(`${bin}/initdb`)) return;
    const missing = `there is no Postgres 15 in ${bin}`;
    if (process.env.REQUIRE_POSTGRES_15 === '1') throw new Error(missing);
    console.log(`      skipped: ${missing}`);
    this.skip();
  });
}

/** An empty cluster of its own, in which only the superuser exists. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lead-intake-debian-'));
  const user = await chooseServerUser(folder);
  const give = async (file: string) => {
    if (user.uid !== undefined && user.gid !== undefined) await chown(file, user.uid, user.gid);
  };
  await give(folder);
  const password = 'superuser-secret';
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await give(passwordFile);

  const data = path.join(folder, 'data');
  const run = async (program: string, ...args: string[]) => {
    const { succeeded, output } = await runAs(user, path.join(bin, program), args);
    if (!succeeded) throw new Error(`${program}: ${output}`);
  };
  const identity = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  await run('initdb', ...identity, '--locale=C.UTF-8', '--no-sync', `--pgdata=${data}`);
  const port = String(await freePort());
  const settings = `-p ${port} -h 127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  const log = path.join(folder, 'log');
  await run('pg_ctl', 'start', '-w', '-D', data, '-l', log, '-o', settings);

  return {
    env: {
      PATH: `${bin}:${process.env.PATH}`,
      PGHOST: '127.0.0.1',
      PGPORT: port,
      PGUSER: 'postgres',
      PGPASSWORD: password,
    },
    url: (login, of, database) => `postgres://${login}:${of}@127.0.0.1:${port}/${database}`,
    log,
    async stop() {
      await run('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', data);
      await rm(folder, { recursive: true });
    },
  };
}
