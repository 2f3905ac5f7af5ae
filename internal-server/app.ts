import type { Knex } from 'knex';
import type Koa from 'koa';
import path from 'node:path';
import type { Registry } from 'prom-client';
import type { AccountRepository } from '../common/accounts/repository';
import type { Backlog } from '../common/metrics/overview/backlog';
import { createApp } from '../common/http/create-app';
import { errorResponse, prefersJson } from '../common/http/error-response';
import { healthRoutes } from '../common/http/health';
import { requestLog } from '../common/http/request-log';
import { securityHeaders } from '../common/http/security-headers';
import { staticFiles } from '../common/http/static-files';
import type { Logger } from '../common/logger';
import type { MailWorker } from '../common/mail/worker';
import { backlogMetrics } from '../common/metrics/backlog-metrics';
import { createStoreMetrics } from '../common/metrics/store-metrics';
import { poolMetrics } from '../common/metrics/pool-metrics';
import { requestMetrics } from '../common/metrics/request-metrics';
import type { ResumeStore } from '../common/resumes/store';
import { checkPrivileges } from '../common/database/privileges/check';
import type { TokenRepository } from '../common/accounts/tokens';
import type { InternalConfig } from './config';
import { isApiRequest } from './http/is-api-request';
import { readBody } from './http/body';
import { internalPrivileges } from './privileges';
import { internalRoutes, type RouteDeps } from './routes';
import { sameOrigin } from './auth/same-origin';
import { createRenderPage } from './pages/layout/render-page';
import { signIn } from './auth/sign-in';

export interface InternalDeps extends Omit<RouteDeps, 'render'> {
  config: Pick<InternalConfig, 'firm' | 'baseUrl' | 'trustedProxyHops' | 'overdueAfterHours'>;
  log: Logger;
  accounts: AccountRepository;
  tokens: TokenRepository;
  resumes: Pick<ResumeStore, 'read' | 'remove' | 'checkReadable'>;
  delivery: Pick<MailWorker, 'status'>;
  figures: () => Promise<Backlog>;
  db: Pick<Knex, 'raw' | 'client'>;
  metrics: Registry;
  /** Aborted when the process is about to stop. */
  stopping?: AbortSignal;
}

/** Builds the internal surface. It does not listen, and reads nothing from the environment. */
export function createInternalApp(deps: InternalDeps): Koa {
  const { config, log, db, metrics } = deps;
  const app = createApp(log, config.trustedProxyHops);
  const render = createRenderPage(deps);
  const measure = createStoreMetrics(metrics);
  const resumes = measure('resumes', deps.resumes, ['read', 'remove']);
  const leads = measure('leads', deps.leads, ['list', 'find']);
  const router = internalRoutes({ ...deps, render, resumes, leads });
  poolMetrics(metrics, db);
  backlogMetrics(metrics, deps.figures);
  const checks = {
    database: () => checkPrivileges(db, internalPrivileges),
    storage: () => resumes.checkReadable(),
  };

  app.use(requestLog(log));
  app.use(requestMetrics(metrics));
  app.use(securityHeaders({ overHttps: config.baseUrl.startsWith('https:') }));
  app.use(
    errorResponse(
      (page, ctx) => render(ctx, 'error', { title: page.title, page }),
      (ctx) => isApiRequest(ctx) || prefersJson(ctx),
    ),
  );
  app.use(healthRoutes(checks, log, deps.stopping).routes());
  app.use(signIn(deps)); // before every other route, static files included
  app.use(sameOrigin(config.baseUrl));
  app.use(staticFiles(path.join(__dirname, 'static'), { maxAgeMs: 0 }));
  app.use(readBody());
  app.use(router.routes()).use(router.allowedMethods());

  return app;
}
