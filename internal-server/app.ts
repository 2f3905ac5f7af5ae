import { bodyParser } from '@koa/bodyparser';
import type { Knex } from 'knex';
import type Koa from 'koa';
import path from 'node:path';
import type { AccountRepository } from '../common/accounts';
import type { AuditRepository } from '../common/audit';
import { createKoa } from '../common/http/create-koa';
import { errorResponse } from '../common/http/error-response';
import { healthRoutes } from '../common/http/health';
import { requestLog } from '../common/http/request-log';
import { securityHeaders } from '../common/http/security-headers';
import { staticFiles } from '../common/http/static-files';
import type { LeadRepository } from '../common/leads';
import type { Logger } from '../common/logger';
import type { MailDelivery } from '../common/mail/delivery';
import type { OutboxRepository } from '../common/outbox';
import { createRender } from '../common/render';
import type { ResumeStore } from '../common/resumes/store';
import { checkRights } from '../common/rights/check';
import type { InternalConfig } from './config';
import { leadRoutes } from './lead-routes';
import { mailNotice } from './mail-notice';
import { resumeRoutes } from './resume-routes';
import { internalRights } from './rights';
import { sameOrigin } from './same-origin';
import { signIn } from './sign-in';

export interface InternalDeps {
  config: Pick<InternalConfig, 'firm' | 'baseUrl' | 'trustedProxyHops'>;
  log: Logger;
  leads: Pick<LeadRepository, 'list' | 'find' | 'markReachedOut' | 'reopen'>;
  outbox: Pick<OutboxRepository, 'forLead'>;
  audit: AuditRepository;
  accounts: Pick<AccountRepository, 'findByEmail' | 'seen'>;
  resumes: Pick<ResumeStore, 'read' | 'checkReadable'>;
  delivery: Pick<MailDelivery, 'status'>;
  db: Pick<Knex, 'raw'>;
}

/** Builds the internal surface. It does not listen, and reads nothing from the environment. */
export function createInternalApp(deps: InternalDeps): Koa {
  const { config, log, accounts, resumes, delivery, db } = deps;
  const app = createKoa(log, config.trustedProxyHops);

  const renderPage = createRender('internal', { firm: config.firm });
  const render: typeof renderPage = (view, values) =>
    renderPage(view, { ...values, mailNotice: mailNotice(delivery.status()) });
  const checks = {
    database: () => checkRights(db, internalRights),
    storage: () => resumes.checkReadable(),
  };
  const pages = [leadRoutes({ ...deps, render }), resumeRoutes(deps)];

  app.use(requestLog(log));
  app.use(securityHeaders({ overHttps: config.baseUrl.startsWith('https:') }));
  app.use(
    errorResponse((page, ctx) =>
      render('error', { title: page.title, page, account: ctx.state.account }),
    ),
  );
  app.use(healthRoutes(checks, log).routes());
  app.use(signIn(accounts)); // before every other route, static files included
  app.use(sameOrigin(config.baseUrl));
  app.use(staticFiles(path.join(__dirname, 'static'), { maxAgeMs: 0 }));
  app.use(bodyParser({ enableTypes: ['form'], formLimit: '64kb' }));
  for (const router of pages) app.use(router.routes()).use(router.allowedMethods());

  return app;
}
