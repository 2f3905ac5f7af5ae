import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { startPostgres } from '../../embedded/postgres';
import { provision, type Provisioned } from '../../embedded/provision';
import type { ChildOptions } from './child';
import { startLoad, type Load } from './load';
import { makeFolder, ports, removeFolder } from './machine';
import { treeCpuMs } from './proc';
import type { Report } from './report';
import { startServer, type Server } from './servers';

/** What every suite works with. */
export interface Bench {
  isQuick: boolean;
  rounds: number;
  /** Of one pass of the load. */
  passMs: number;
  report: Report;
  load: Load;
  superuserUrl: string;
  databaseCpuMs(): number;
  /** A migrated database of its own, with the logins of both servers. */
  createDatabase(name: string): Promise<Provisioned>;
  createFolder(name: string): Promise<string>;
  removeFolder(name: string): Promise<void>;
  /** Starts a compiled server of ours as in production. */
  startOurs(name: 'public' | 'internal', env: Record<string, string>): Promise<Server>;
  /** Starts a process of the benchmark that listens. */
  startOther(name: 'floor' | 'files' | 'mail', env: Record<string, string>): Promise<Server>;
}

type Opened = (close: () => Promise<unknown>) => void;
type Options = Pick<Bench, 'isQuick' | 'report'>;

const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };
const entries = { floor: 'floor', files: 'file-server', mail: 'mail-sink' };

/** Hands `opened` what closes each part, in the order in which they started. */
export async function openBench({ isQuick, report }: Options, opened: Opened): Promise<Bench> {
  const folder = await makeFolder();
  opened(() => removeFolder(folder));
  const postgres = await startPostgres({ dataDir: folder, port: ports.postgres, durable: true });
  opened(() => postgres.stop());
  const postmaster = await readFile(path.join(folder, 'postgres/cluster/postmaster.pid'), 'utf8');
  const postgresPid = Number(postmaster.split('\n')[0]);
  const load = await startLoad(path.join(folder, 'load.log'));
  opened(() => load.stop());

  async function start(options: Omit<ChildOptions, 'logFile'>, port: number, readyPath?: string) {
    const logFile = path.join(folder, `${path.basename(path.dirname(options.entry))}-${port}.log`);
    const server = await startServer({ ...options, logFile }, port, readyPath);
    opened(() => server.stop());
    return server;
  }

  return {
    isQuick,
    rounds: 3,
    passMs: isQuick ? 1000 : 4000,
    report,
    load,
    superuserUrl: postgres.superuserUrl,
    databaseCpuMs: () => treeCpuMs(postgresPid),
    createDatabase: (database) => provision(postgres.superuserUrl, { database, passwords }),

    async createFolder(name) {
      const made = path.join(folder, name);
      await mkdir(made, { recursive: true });
      return made;
    },

    removeFolder: (name) => rm(path.join(folder, name), { recursive: true }),

    startOurs: (name, given) => {
      const env = { NODE_ENV: 'production', RESUME_STORE: 'local', ...given };
      return start({ entry: `${name}-server/index.js`, env }, ports[name], '/readyz');
    },

    startOther: (name, env) => start({ entry: `bench/${entries[name]}.js`, env }, ports[name]),
  };
}
