import { rm } from 'node:fs/promises';
import { createAccountRepository } from '../../../common/accounts/repository';
import { hashPassword } from '../../../common/accounts/passwords';
import { createDatabase } from '../../../common/database/connect';
import { freePort } from '../../../embedded/ports';
import { withClient } from '../../../embedded/provision';
import {
  startOwnPostgres,
  temporaryFolder,
  type OwnPostgres,
} from '../../support/process/postgres';
import { startServer } from '../../support/process/server-process';
import { startTls, type Tls } from './tls';
import { noLimits } from '../../support/process/no-limits';

/** Both servers as processes, on a Postgres of their own. */
export interface System {
  postgres: OwnPostgres;
  publicPort: number;
  /** What the internal server sends to an attorney who is signed in. */
  asAttorney: (path: string, init?: RequestInit) => Promise<Response>;
  isReady(): Promise<[publicServer: boolean, internalServer: boolean]>;
  /** Runs each as the superuser, in a session of `postgres`. */
  sql: (...statements: string[]) => Promise<void>;
  tls: Tls | undefined;
  stop(): Promise<void>;
}

const login = { email: 'ann@lee.example', password: 'a long password' };

interface SystemOptions {
  /** May change the Postgres before the servers connect to it. */
  prepare?: (postgres: OwnPostgres) => Promise<void>;
  withTls?: boolean;
  internalEnv?: Record<string, string>;
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const postgres = await startOwnPostgres();
  const folder = await temporaryFolder();
  const sql: System['sql'] = (...statements) => runAll(postgres.superuserUrl, statements);
  await options.prepare?.(postgres);
  const tls = options.withTls ? await startTls(folder, sql) : undefined;
  const parameters = tls?.parameters ?? '';
  await createAccount(postgres.internalUrl);
  const [publicPort, internalPort] = [await freePort(), await freePort()];
  const common = { HOST: '127.0.0.1', RESUME_DIR: folder, LOG_LEVEL: 'info' };
  const servers = await Promise.all([
    startServer('public', {
      ...common,
      PORT: `${publicPort}`,
      DATABASE_URL: postgres.publicUrl + parameters,
      ...noLimits,
    }),
    startServer('internal', {
      ...common,
      PORT: `${internalPort}`,
      DATABASE_URL: postgres.internalUrl + parameters,
      ...options.internalEnv,
    }),
  ]);
  const authorization = `Basic ${btoa(`${login.email}:${login.password}`)}`;
  const isUp = async (port: number) => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;

  return {
    postgres,
    publicPort,
    asAttorney: (path, init) =>
      fetch(`http://127.0.0.1:${internalPort}${path}`, {
        ...init,
        headers: { authorization, 'content-type': 'application/json' },
      }),
    isReady: () => Promise.all([isUp(publicPort), isUp(internalPort)]),
    sql,
    tls,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await postgres.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export async function runAll(url: string, statements: string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

async function createAccount(url: string): Promise<void> {
  const db = createDatabase(url);
  const passwordHash = await hashPassword(login.password);
  const account = { email: login.email, name: 'Ann', role: 'ADMIN', passwordHash } as const;
  await createAccountRepository(db).create(account, 'system');
  await db.destroy();
}
