import type { Knex } from 'knex';
import type Koa from 'koa';
import path from 'node:path';
import type { Registry } from 'prom-client';
import { checkDatabase } from '../common/database/check-database';
import { createApp } from '../common/http/create-app';
import { errorResponse, prefersJson } from '../common/http/error-response';
import { healthRoutes } from '../common/http/health';
import { requestLog } from '../common/http/request-log';
import { securityHeaders } from '../common/http/security-headers';
import { staticFiles } from '../common/http/static-files';
import type { Logger } from '../common/logger';
import { backlogMetrics } from '../common/metrics/backlog-metrics';
import type { Backlog } from '../common/metrics/overview/backlog';
import { poolMetrics } from '../common/metrics/pool-metrics';
import { requestMetrics } from '../common/metrics/request-metrics';
import { createStoreMetrics } from '../common/metrics/store-metrics';
import type { ResumeStore } from '../common/resumes/store';
import { createPasswordCheck, type PasswordCheckDeps } from './auth/password-check';
import { requireOwnPassword } from './auth/require-own-password';
import { recordDenied, routeName, type Refusals } from './auth/refusals';
import { sameOrigin } from './auth/same-origin';
import { signIn, type SignInDeps } from './auth/sign-in';
import { signOut } from './auth/sign-out';
import type { InternalConfig } from './config';
import { parseBody } from './http/body';
import { isApiRequest } from './http/is-api-request';
import { createRenderPage, homeOf, type RenderPageDeps } from './pages/layout/render-page';
import { internalPrivileges } from './privileges';
import { internalRoutes, type RouteDeps } from './routes';
import { serveLibraries } from './pages/viewer/libraries';

export type InternalDeps = Omit<RouteDeps, 'render' | 'checkPassword'> &
  RenderPageDeps &
  Omit<SignInDeps, 'checkPassword'> &
  PasswordCheckDeps & {
    config: Pick<InternalConfig, 'baseUrl' | 'trustedProxyHops'>;
    log: Logger;
    resumes: Pick<ResumeStore, 'checkReadable'>;
    readBacklog: () => Promise<Backlog>;
    db: Pick<Knex, 'raw' | 'client' | 'emit'>;
    refusals: Refusals;
    metrics: Registry;
    /** Aborted when the process is about to stop. */
    stopping?: AbortSignal;
  };

/** Builds the internal server's application. It neither listens nor reads the environment. */
export function createInternalApp(deps: InternalDeps): Koa {
  const { config, log, db, metrics, refusals } = deps;
  const app = createApp(log, config.trustedProxyHops);
  const render = createRenderPage(deps);
  const measure = createStoreMetrics(metrics);
  const resumes = measure('resumes', deps.resumes, ['read', 'remove']);
  const leads = measure('leads', deps.leads, ['list', 'find']);
  const checkPassword = createPasswordCheck(deps);
  const router = internalRoutes({ ...deps, render, resumes, leads, checkPassword });
  const checks = {
    database: () => checkDatabase(db, internalPrivileges),
    storage: () => resumes.checkReadable(),
  };
  poolMetrics(metrics, db);
  backlogMetrics(metrics, deps.readBacklog);

  app.use(requestLog(log));
  app.use(requestMetrics(metrics));
  app.use(securityHeaders({ overHttps: config.baseUrl.startsWith('https:'), framesOwn: true }));
  app.use(
    errorResponse(
      (page, ctx) =>
        render(ctx, 'error', { title: page.title, page, home: homeOf(ctx.state.account) }),
      (ctx) => isApiRequest(ctx) || prefersJson(ctx),
    ),
  );
  app.use(healthRoutes(checks, log, deps.stopping).routes());
  // Before the sign-in, so that the page that asks for one looks like the others. They hold no data.
  app.use(serveLibraries());
  app.use(staticFiles(path.join(__dirname, 'static'), { maxAgeMs: 0 }));
  app.use(signOut());
  app.use(signIn({ ...deps, checkPassword }));
  app.use(sameOrigin(config.baseUrl, (ctx) => refusals.crossSite(ctx, routeName(router, ctx))));
  app.use(recordDenied(refusals, router));
  app.use(requireOwnPassword());
  app.use(parseBody());
  app.use(router.routes()).use(router.allowedMethods());

  return app;
}
