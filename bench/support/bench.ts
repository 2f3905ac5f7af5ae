import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { startPostgres } from '../../embedded/postgres/start';
import { provision, type Provisioned } from '../../embedded/provision';
import type { ChildOptions } from './child';
import { startLoad, type Load, type LoadJob, type LoadResult } from './load';
import { loggedMs } from './database-time';
import { makeFolder, ports, removeFolder } from './machine';
import { cpuMs, treeCpuMs } from './proc';
import type { Report } from './report';
import { startServer, type Server } from './servers';

/** What every suite works with. */
export interface Bench {
  isQuick: boolean;
  rounds: number;
  /** How long one pass of the load lasts. */
  passMs: number;
  report: Report;
  load: Load;
  superuserUrl: string;
  databaseCpuMs(): number;
  /** Runs the load on a server, and also returns the CPU in ms that one request costs. */
  measure(server: Server, job: Omit<LoadJob, 'port'>): Promise<Measured>;
  /** The time of all statements so far whose times are logged. */
  databaseTimeMs(): Promise<number>;
  /** A migrated database of its own, with the logins of both servers. */
  createDatabase(name: string): Promise<Provisioned>;
  createFolder(name: string): Promise<string>;
  removeFolder(name: string): Promise<void>;
  /** Starts a compiled server of this project as in production, and waits until it is ready. */
  startOurs(name: 'public' | 'internal', env: Record<string, string>): Promise<Server>;
  /** Starts a server of the benchmark's own, and waits until it listens or until the path is ready. */
  startOther(name: OtherName, env: Record<string, string>, readyPath?: string): Promise<Server>;
}

export type Measured = LoadResult & Record<'serverCpu' | 'databaseCpu', number>;

/** Starts a part that is closed when the benchmark ends, even if it ends while the part starts. */
export type Own = <Part>(
  start: () => Promise<Part>,
  close: (part: Part) => Promise<unknown>,
) => Promise<Part>;

type OtherName = keyof typeof entries;
type Options = Pick<Bench, 'isQuick' | 'report'>;

const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };
// As in the images and in docker-compose.yml; docs/deploy.md says why.
const nodeFlags = {
  public: ['--max-semi-space-size=8', '--heap-growing-percent=200'],
  internal: ['--heap-growing-percent=200'],
};
// The load comes from one address.
const noLimits = {
  RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_TOTAL_MAX: '0',
  CONNECTIONS_PER_NETWORK_MAX: '1000000',
};
const settings = ['shared_buffers=512MB', 'random_page_cost=1.1'];
const entries = { floor: 'floor', files: 'file-server', mail: 'mail-sink', empty: 'empty-server' };

export async function openBench({ isQuick, report }: Options, own: Own): Promise<Bench> {
  const folder = await own(makeFolder, removeFolder);
  const postgres = await own(
    () => startPostgres({ dataDir: folder, port: ports.postgres, durable: true, settings }),
    (started) => started.stop(),
  );
  const postmaster = await readFile(path.join(folder, 'postgres/cluster/postmaster.pid'), 'utf8');
  const postgresPid = Number(postmaster.split('\n')[0]);
  const load = await own(
    () => startLoad(path.join(folder, 'load.log')),
    (started) => started.stop(),
  );

  function start(options: Omit<ChildOptions, 'logFile'>, port: number, readyPath?: string) {
    const logFile = path.join(folder, `${port}.log`);
    return own(
      () => startServer({ ...options, logFile }, port, readyPath),
      (server) => server.stop(),
    );
  }

  async function measure({ pid, port }: Server, job: Omit<LoadJob, 'port'>): Promise<Measured> {
    const [serverBefore, databaseBefore] = [cpuMs(pid), treeCpuMs(postgresPid)];
    const result = await load.run({ ...job, port });
    const serverCpu = (cpuMs(pid) - serverBefore) / result.requests;
    const databaseCpu = (treeCpuMs(postgresPid) - databaseBefore) / result.requests;
    return { ...result, serverCpu, databaseCpu };
  }

  return {
    isQuick,
    rounds: 3,
    passMs: isQuick ? 1000 : 4000,
    report,
    load,
    superuserUrl: postgres.superuserUrl,
    databaseCpuMs: () => treeCpuMs(postgresPid),
    measure,
    databaseTimeMs: () => loggedMs(path.join(folder, 'postgres/log')),
    createDatabase: (database) => provision(postgres.superuserUrl, { database, passwords }),

    async createFolder(name) {
      const made = path.join(folder, name);
      await mkdir(made, { recursive: true });
      return made;
    },

    removeFolder: (name) => rm(path.join(folder, name), { recursive: true }),

    startOurs: (name, given) => {
      const limits = name === 'public' ? noLimits : {};
      const env = { NODE_ENV: 'production', RESUME_STORE: 'local', ...limits, ...given };
      const options = { entry: `${name}-server/index.js`, nodeFlags: nodeFlags[name], env };
      return start(options, ports[name], '/readyz');
    },

    startOther: (name, env, readyPath) =>
      start({ entry: `bench/${entries[name]}.js`, env }, ports[name], readyPath),
  };
}
