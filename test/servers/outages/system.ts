import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createAccountRepository } from '../../../common/accounts/repository';
import { createDatabase } from '../../../common/database/connect';
import { createOutboxAdmin } from '../../../common/outbox/admin';
import { hashPassword } from '../../../common/accounts/passwords';
import { freePort } from '../../../embedded/ports';
import { startPostgres } from '../../../embedded/postgres/start';
import { loginUrl, provision } from '../../../embedded/provision';
import { readLeads, readOutbox, unsettled, type Records } from '../crash/records';
import { attorneys } from '../crash/reconcile';
import { keepServer, type KeptServer } from '../crash/targets/server';
import { until } from '../../support/smtp/deliveries';
import { temporaryFolder } from '../../support/process/postgres';
import { hasRedis, startRedis, type TestRedis } from '../../support/process/redis';
import { hasOpenssl } from '../../support/process/certificates';
import { runAll } from '../database-states/system';
import { startTls, type Tls } from '../database-states/tls';
import { startMailServer, type MailServerConfig } from './mail-server';
import { startProxy, type Proxy } from './proxy';
import { mountDisk, startBucket, type Bucket, type Disk } from './stores';
import { noLimits } from '../../support/process/no-limits';

export interface OutageSystem {
  database: {
    proxy: Proxy;
    /** Runs each statement as the superuser, in the database `postgres`. */
    sql: (...statements: string[]) => Promise<void>;
    /** The same in the servers' database. */
    sqlHere: (...statements: string[]) => Promise<void>;
    tls: Tls | undefined;
    stop(): Promise<void>;
    start(): Promise<void>;
  };
  /** Either the bucket or the disk is undefined. */
  bucket: Bucket | undefined;
  disk: Disk | undefined;
  mail: MailServerConfig;
  redis: TestRedis | undefined;
  publicPort: number;
  internalPort: number;
  servers: KeptServer[];
  logs: string;
  reset(): Promise<void>;
  /** How many emails still wait, counting only leads received by that time if one is given. */
  waiting(at?: Date): Promise<number>;
  /** The addresses of the leads whose email failed for good. */
  failedFor(): Promise<string[]>;
  resendFailed(): Promise<number>;
  readRecords(): Promise<Pick<Records, 'leads' | 'outbox' | 'objects'>>;
  stop(isKept?: boolean): Promise<void>;
}

export interface SystemOptions {
  store: 'bucket' | 'disk';
  internalServers?: number;
  /** Runs the servers from their source: they start slower and need no build. */
  fromSource?: boolean;
}

export const attorneyLogin = { email: 'ann@lee.example', password: 'a long password' };

/** The name of the servers' database. */
export const database = 'lead_intake';
const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };

/** Both servers as in production, with a way to make everything that they depend on fail. */
export async function startOutageSystem(options: SystemOptions): Promise<OutageSystem> {
  const folder = await temporaryFolder();
  let postgres = await startPostgres({ dataDir: folder, durable: false });
  const { superuserUrl } = postgres;
  const urls = await provision(superuserUrl, { database, passwords });
  const sql = (...statements: string[]) => runAll(superuserUrl, statements);
  const tls = hasOpenssl ? await startTls(folder, sql) : undefined;
  const owner = createDatabase(urls.ownerUrl);
  const internalDb = createDatabase(urls.internalUrl);
  const passwordHash = await hashPassword(attorneyLogin.password);
  const account = { email: attorneyLogin.email, name: 'Ann', role: 'ADMIN', passwordHash } as const;
  await createAccountRepository(internalDb).create(account, 'system');

  const proxy = await startProxy(postgres.port);
  const bucket = options.store === 'bucket' ? await startBucket() : undefined;
  const disk = options.store === 'disk' ? mountDisk(path.join(folder, 'disk')) : undefined;
  const store = (bucket ?? disk)!;
  const mail = await startMailServer();
  const redis = hasRedis ? await startRedis() : undefined;
  process.once('exit', () => void redis?.stop()); // which kills it before it waits
  const [publicPort, internalPort] = [await freePort(), await freePort()];

  const start = (name: string, kind: 'public' | 'internal', env: Record<string, string>) =>
    keepServer({
      name,
      kind,
      logFile: path.join(folder, `${name}.log`),
      env: { ...store.env[kind], HOST: '127.0.0.1', TMPDIR: folder, ...env },
      ...(options.fromSource && {
        source: ['-r', 'ts-node/register/transpile-only', `${kind}-server/index.ts`],
      }),
    });
  const through = (url: string) =>
    url.replace(`:${postgres.port}/`, `:${proxy.port}/`) + (tls?.parameters ?? '');
  const servers = [
    start('public', 'public', {
      DATABASE_URL: through(urls.publicUrl),
      PORT: String(publicPort),
      ...noLimits,
      ...(redis && { REDIS_URL: redis.url }),
    }),
  ];
  for (let n = 1; n <= (options.internalServers ?? 1); n++) {
    const internal = start(`internal-${n}`, 'internal', {
      DATABASE_URL: through(urls.internalUrl),
      PORT: String(n === 1 ? internalPort : 0),
      SMTP_URL: mail.urlFor(`internal-${n}`),
      MAIL_FROM: 'intake@lee.example',
      ATTORNEY_EMAILS: attorneys.join(),
      ACK_MAX_PER_HOUR: '0',
      NOTIFICATION_MAX_PER_HOUR: '0',
      MAIL_RETRY_MIN_SECONDS: '1',
      MAIL_RETRY_MAX_SECONDS: '4',
    });
    servers.push(internal);
  }
  await until(() => servers.every((server) => server.isUp()), 60_000);

  return {
    database: {
      proxy,
      sql,
      sqlHere: (...statements) => runAll(loginUrl(superuserUrl, database), statements),
      tls,
      stop: () => postgres.stop(),
      async start() {
        const { port } = postgres;
        postgres = await startPostgres({ dataDir: folder, port, durable: false });
      },
    },
    bucket,
    disk,
    mail,
    redis,
    publicPort,
    internalPort,
    servers,
    logs: folder,

    async reset() {
      await owner('leads').delete();
      mail.received.length = mail.deaths.length = 0;
    },

    async waiting(at = new Date()) {
      const leads = owner('leads').where('created_at', '<=', at).select('id');
      return (await unsettled(owner).whereIn('lead_id', leads)).length;
    },

    async failedFor() {
      const failed = owner('outbox').where('state', 'FAILED').select('lead_id');
      const leads = await owner<{ email: string }>('leads').whereIn('id', failed);
      return leads.map(({ email }) => email);
    },

    resendFailed: () => createOutboxAdmin(internalDb).resendFailed('system'),

    async readRecords() {
      const [leads, outbox] = [await readLeads(owner), await readOutbox(owner)];
      return { leads, outbox, objects: store.objects() };
    },

    async stop(isKept = false) {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all([owner.destroy(), internalDb.destroy()]);
      await store.close();
      await mail.smtp.stop();
      await redis?.close();
      await proxy.close();
      await postgres.stop();
      if (!isKept) await rm(folder, { recursive: true });
    },
  };
}
