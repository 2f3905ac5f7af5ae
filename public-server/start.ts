import type { Knex } from 'knex';
import { Registry } from 'prom-client';
import { createDatabase } from '../common/database/connect';
import { databaseWarning, readConnectionString } from '../common/database/connection-string';
import { tlsNotice } from '../common/database/tls';
import { listen } from '../common/http/listen';
import type { Running } from '../common/http/run-server';
import { createLeadIntake } from '../common/leads/add-lead';
import { createLogger } from '../common/logger';
import { serveMetrics } from '../common/metrics/serve';
import { openResumeIntake } from '../common/resumes/open-intake';
import { checkLoginAtStart } from '../common/database/privileges/check-at-start';
import { createPublicApp, type PublicDeps } from './app';
import { readPublicConfig } from './config';
import { prepareServer } from './connections/prepare-server';
import { publicPrivileges } from './privileges';
import { openSharedCounts, redisWarning } from './rate-limit/shared-counts';
import { createSpool, spoolFolder } from './submissions/spool';

type Deps = PublicDeps & { db: Knex };

/** Starts the public server. Tests replace its dependencies through `adapt`. */
export async function startPublicServer(
  env: NodeJS.ProcessEnv,
  adapt: (deps: Deps) => PublicDeps = (deps) => deps,
): Promise<Running> {
  process.umask(0o027); // the internal server may run as another user of the group
  const config = readPublicConfig(env);
  const log = createLogger('public-server', config.logLevel);
  const notice = tlsNotice(config.databaseUrl);
  if (notice) log.info(notice);
  const warning = databaseWarning(config.databaseUrl);
  if (warning) log.warn(warning);
  const db = createDatabase(config.databaseUrl, { queryTimeoutMs: 4000 });
  await checkLoginAtStart(db, publicPrivileges, log);
  const resumes = await openResumeIntake(config.resumes);
  const spool = await createSpool(await spoolFolder(config.resumes));
  const { password = '' } = readConnectionString(config.databaseUrl); // all public servers share it
  const sharedCounts =
    config.redisUrl === undefined ? undefined : await openSharedCounts(config.redisUrl, password);
  const redisIsReadable = sharedCounts && redisWarning(sharedCounts.redis.options);
  if (redisIsReadable) log.warn(redisIsReadable);
  const leads = createLeadIntake(db);
  const metrics = new Registry();
  const stopping = new AbortController();
  const { signal } = stopping;
  const app = createPublicApp(
    adapt({ config, log, leads, resumes, spool, db, sharedCounts, metrics, stopping: signal }),
  );
  const closeMetrics = await serveMetrics(metrics, config.ops, log);

  const listener = await listen(app, {
    ...config,
    stopping: signal,
    prepare: (server) => prepareServer(server, { config, log, metrics }),
  });
  log.info({ host: config.host, port: config.port }, 'listening');
  const closers = [
    () => listener.close(),
    closeMetrics,
    () => db.destroy(),
    () => sharedCounts?.redis.disconnect(), // nothing there is worth waiting for
  ];
  return { stopping, drainMs: config.drainMs, closers };
}
