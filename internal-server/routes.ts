import Router from '@koa/router';
import { applyAccess } from './access';
import { apiRoutes, type ApiRouteDeps } from './api/routes';
import { docsRoutes, type DocsRouteDeps } from './docs-routes';
import { accountRoutes, type AccountRouteDeps } from './account-routes';
import { auditRoutes, type AuditRouteDeps } from './audit-routes';
import { exportRoutes, type ExportRouteDeps } from './export-routes';
import { leadRoutes, type LeadRouteDeps } from './lead-routes';
import { leadWorkRoutes, type LeadWorkRouteDeps } from './lead-work-routes';
import { outboxRoutes, type OutboxRouteDeps } from './outbox-routes';
import { outreachRoutes, type OutreachRouteDeps } from './outreach-routes';
import { resumeRoutes, type ResumeRouteDeps } from './resume-routes';
import { storageRoutes, type StorageRouteDeps } from './storage-routes';

export type RouteDeps = AccountRouteDeps &
  ApiRouteDeps &
  DocsRouteDeps &
  AuditRouteDeps &
  ExportRouteDeps &
  LeadRouteDeps &
  LeadWorkRouteDeps &
  OutboxRouteDeps &
  OutreachRouteDeps &
  ResumeRouteDeps &
  StorageRouteDeps;

/** Every route behind the sign-in, each under its rule of access. */
export function internalRoutes(deps: RouteDeps): Router {
  const router = new Router();
  const parts = [
    leadRoutes(deps),
    leadWorkRoutes(deps),
    outreachRoutes(deps),
    resumeRoutes(deps),
    exportRoutes(deps),
    outboxRoutes(deps),
    storageRoutes(deps),
    accountRoutes(deps),
    auditRoutes(deps),
    apiRoutes(deps),
    docsRoutes(deps),
  ];
  for (const part of parts) router.use(part.routes());
  return applyAccess(router);
}
