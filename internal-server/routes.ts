import type Router from '@koa/router';
import { joinRouters } from './auth/router';
import { apiRoutes, type ApiRouteDeps } from './api/routes';
import { docsRoutes, type DocsRouteDeps } from './pages/docs/routes';
import { accountRoutes, type AccountRouteDeps } from './pages/accounts/routes';
import { auditRoutes, type AuditRouteDeps } from './pages/audit/routes';
import { leadRoutes, type LeadRouteDeps } from './pages/leads/routes';
import { outboxRoutes, type OutboxRouteDeps } from './pages/outbox/routes';
import { storageRoutes, type StorageRouteDeps } from './pages/storage/routes';

export type RouteDeps = AccountRouteDeps &
  ApiRouteDeps &
  Omit<DocsRouteDeps, 'readDocument'> &
  AuditRouteDeps &
  LeadRouteDeps &
  OutboxRouteDeps &
  StorageRouteDeps;

/** Every route behind the sign-in. */
export function internalRoutes(deps: RouteDeps): Router {
  const api = apiRoutes(deps);
  return joinRouters([
    leadRoutes(deps),
    outboxRoutes(deps),
    storageRoutes(deps),
    accountRoutes(deps),
    auditRoutes(deps),
    api.router,
    docsRoutes({ ...deps, readDocument: api.readDocument }),
  ]);
}
