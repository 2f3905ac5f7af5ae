import type { Knex } from 'knex';
import type Koa from 'koa';
import path from 'node:path';
import type { Registry } from 'prom-client';
import type { AccountRepository } from '../common/accounts/repository';
import type { DeskFigures } from '../common/metrics/overview/backlog';
import { createKoa } from '../common/http/create-app';
import { errorResponse, prefersJson } from '../common/http/error-response';
import { healthRoutes } from '../common/http/health';
import { requestLog } from '../common/http/request-log';
import { securityHeaders } from '../common/http/security-headers';
import { staticFiles } from '../common/http/static-files';
import type { Logger } from '../common/logger';
import type { MailDelivery } from '../common/mail/worker';
import { deskMetrics } from '../common/metrics/backlog-metrics';
import { createMeasure } from '../common/metrics/store-metrics';
import { poolMetrics } from '../common/metrics/pool-metrics';
import { requestMetrics } from '../common/metrics/request-metrics';
import type { ResumeStore } from '../common/resumes/store';
import { checkRights } from '../common/database/privileges/check';
import type { TokenRepository } from '../common/accounts/tokens';
import type { InternalConfig } from './config';
import { forPrograms } from './http/is-api-request';
import { readBody } from './http/body';
import { internalRights } from './privileges';
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
  delivery: Pick<MailDelivery, 'status'>;
  figures: () => Promise<DeskFigures>;
  db: Pick<Knex, 'raw' | 'client'>;
  metrics: Registry;
  /** Aborted when the process is about to stop. */
  stopping?: AbortSignal;
}

/** Builds the internal surface. It does not listen, and reads nothing from the environment. */
export function createInternalApp(deps: InternalDeps): Koa {
  const { config, log, db, metrics } = deps;
  const app = createKoa(log, config.trustedProxyHops);
  const render = createRenderPage(deps);
  const measure = createMeasure(metrics);
  const resumes = measure('resumes', deps.resumes, ['read', 'remove']);
  const leads = measure('leads', deps.leads, ['list', 'find']);
  const router = internalRoutes({ ...deps, render, resumes, leads });
  poolMetrics(metrics, db);
  deskMetrics(metrics, deps.figures);
  const checks = {
    database: () => checkRights(db, internalRights),
    storage: () => resumes.checkReadable(),
  };

  app.use(requestLog(log));
  app.use(requestMetrics(metrics));
  app.use(securityHeaders({ overHttps: config.baseUrl.startsWith('https:') }));
  app.use(
    errorResponse(
      (page, ctx) => render(ctx, 'error', { title: page.title, page }),
      (ctx) => forPrograms(ctx) || prefersJson(ctx),
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
