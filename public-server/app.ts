import type { Knex } from 'knex';
import type Koa from 'koa';
import path from 'node:path';
import type { Registry } from 'prom-client';
import { createApp } from '../common/http/create-app';
import { errorResponse } from '../common/http/error-response';
import { healthRoutes } from '../common/http/health';
import { requestLog } from '../common/http/request-log';
import { securityHeaders } from '../common/http/security-headers';
import { staticFiles } from '../common/http/static-files';
import type { LeadIntake } from '../common/leads/add-lead';
import type { Logger } from '../common/logger';
import { createStoreMetrics } from '../common/metrics/store-metrics';
import { poolMetrics } from '../common/metrics/pool-metrics';
import { requestMetrics } from '../common/metrics/request-metrics';
import { createRender } from '../common/render';
import type { ResumeIntake } from '../common/resumes/intake';
import { checkDatabase } from '../common/database/check-database';
import type { PublicConfig } from './config';
import { limitRequests } from './connections/limit-requests';
import type { Pace } from './connections/pace';
import { cors } from './cors';
import { submissionRoutes } from './submissions/routes';
import { lingeringClose } from './lingering-close';
import { publicPrivileges } from './privileges';
import type { SharedCounts } from './rate-limit/shared-counts';
import type { Spool } from './submissions/spool';
import type { PublicGlobals, PublicLayout, PublicViews } from './views';

export interface PublicDeps {
  config: Pick<
    PublicConfig,
    'connections' | 'corsOrigins' | 'firm' | 'maxResumeBytes' | 'rateLimit' | 'trustedProxyHops'
  >;
  log: Logger;
  leads: LeadIntake;
  resumes: ResumeIntake;
  spool: Spool;
  db: Pick<Knex, 'raw' | 'client' | 'emit'>;
  metrics: Registry;
  /** Aborted when the process is about to stop. */
  stopping?: AbortSignal;
  /** Counts that are shared with other servers. */
  sharedCounts?: SharedCounts | undefined;
  /** The pace that each body must keep, unless it is the usual one. */
  pace?: Pace;
}

/** Creates the public app. It does not listen, and reads nothing from the environment. */
export function createPublicApp(deps: PublicDeps): Koa {
  const { config, log, resumes, db, metrics } = deps;
  const { perNetworkMax } = config.connections;
  const app = createApp(log, config.trustedProxyHops);

  const globals: PublicGlobals = { firm: config.firm };
  const render = createRender<PublicViews, PublicLayout>('public', globals);
  const checks = {
    database: () => checkDatabase(db, publicPrivileges),
    storage: () => resumes.checkWritable(),
  };
  const health = healthRoutes(checks, log, deps.stopping);
  const measure = createStoreMetrics(metrics);
  const routes = submissionRoutes({
    ...deps,
    render,
    resumes: measure('resumes', resumes, ['create']),
    leads: measure('leads', deps.leads, ['add']),
  });
  poolMetrics(metrics, db);

  app.use(requestLog(log));
  app.use(requestMetrics(metrics));
  app.use(lingeringClose(perNetworkMax));
  app.use(securityHeaders({ overHttps: true }));
  app.use(cors(config.corsOrigins));
  app.use(
    errorResponse((page) => render('error', { page }, { title: page.title, isError: false })),
  );
  app.use(health.routes());
  app.use(staticFiles(path.join(__dirname, 'static'), { maxAgeMs: 3_600_000 }));
  if (app.proxy) app.use(limitRequests(perNetworkMax));
  app.use(routes.routes());
  app.use(routes.allowedMethods());

  return app;
}
