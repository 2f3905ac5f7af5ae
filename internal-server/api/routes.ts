import Router from '@koa/router';
import { accountOperations, type AccountOperationDeps } from './account-operations';
import { apiDocument } from './document';
import { leadOperations, type LeadOperationDeps } from './lead-operations';
import { mount } from './operation';
import { outboxOperations, type OutboxOperationDeps } from './outbox-operations';
import { tokenOperations, type TokenOperationDeps } from './token-operations';

export type ApiRouteDeps = TokenOperationDeps &
  LeadOperationDeps &
  OutboxOperationDeps &
  AccountOperationDeps;

/** The JSON API, and the document that describes it. */
export function apiRoutes(deps: ApiRouteDeps): Router {
  const router = new Router();
  const operations = [
    ...tokenOperations(deps),
    ...accountOperations(deps),
    ...leadOperations(deps),
    ...outboxOperations(deps),
  ];
  mount(router, operations);

  const document = JSON.stringify(apiDocument(operations, deps.config.baseUrl));
  router.get('/openapi.json', (ctx) => {
    ctx.type = 'json';
    ctx.body = document;
  });

  return router;
}
