import type { Knex } from 'knex';
import type Koa from 'koa';
import path from 'node:path';
import type { AccountRepository } from '../common/accounts';
import { createKoa } from '../common/http/create-koa';
import { errorResponse, prefersJson } from '../common/http/error-response';
import { healthRoutes } from '../common/http/health';
import { requestLog } from '../common/http/request-log';
import { securityHeaders } from '../common/http/security-headers';
import { staticFiles } from '../common/http/static-files';
import type { Logger } from '../common/logger';
import type { MailDelivery } from '../common/mail/delivery';
import type { ResumeStore } from '../common/resumes/store';
import { checkRights } from '../common/rights/check';
import type { TokenRepository } from '../common/tokens';
import type { InternalConfig } from './config';
import { forPrograms } from './for-programs';
import { readBody } from './read-body';
import { internalRights } from './rights';
import { internalRoutes, type RouteDeps } from './routes';
import { sameOrigin } from './same-origin';
import { createRenderPage } from './render-page';
import { signIn } from './sign-in';

export interface InternalDeps extends Omit<RouteDeps, 'render'> {
  config: Pick<InternalConfig, 'firm' | 'baseUrl' | 'trustedProxyHops' | 'overdueAfterHours'>;
  log: Logger;
  accounts: AccountRepository;
  tokens: TokenRepository;
  resumes: Pick<ResumeStore, 'read' | 'remove' | 'checkReadable'>;
  delivery: Pick<MailDelivery, 'status'>;
  db: Pick<Knex, 'raw'>;
}

/** Builds the internal surface. It does not listen, and reads nothing from the environment. */
export function createInternalApp(deps: InternalDeps): Koa {
  const { config, log, resumes, db } = deps;
  const app = createKoa(log, config.trustedProxyHops);
  const render = createRenderPage(deps);
  const router = internalRoutes({ ...deps, render });
  const checks = {
    database: () => checkRights(db, internalRights),
    storage: () => resumes.checkReadable(),
  };

  app.use(requestLog(log));
  app.use(securityHeaders({ overHttps: config.baseUrl.startsWith('https:') }));
  app.use(
    errorResponse(
      (page, ctx) => render(ctx, 'error', { title: page.title, page }),
      (ctx) => forPrograms(ctx) || prefersJson(ctx),
    ),
  );
  app.use(healthRoutes(checks, log).routes());
  app.use(signIn(deps)); // before every other route, static files included
  app.use(sameOrigin(config.baseUrl));
  app.use(staticFiles(path.join(__dirname, 'static'), { maxAgeMs: 0 }));
  app.use(readBody());
  app.use(router.routes()).use(router.allowedMethods());

  return app;
}
