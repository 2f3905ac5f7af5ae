import { createRouter, type Router } from '../auth/router';
import { accountOperations, type AccountOperationDeps } from './account-operations';
import { createApiDocument } from './document';
import { leadOperations, type LeadOperationDeps } from './lead-operations';
import { addOperations } from './operation';
import { outboxOperations, type OutboxOperationDeps } from './outbox-operations';
import { tokenOperations, type TokenOperationDeps } from './token-operations';

export type ApiRouteDeps = TokenOperationDeps &
  LeadOperationDeps &
  OutboxOperationDeps &
  AccountOperationDeps;

/** The JSON API, and the document that describes it. */
export function apiRoutes(deps: ApiRouteDeps): Router {
  const router = createRouter();
  const operations = [
    ...tokenOperations(deps),
    ...accountOperations(deps),
    ...leadOperations(deps),
    ...outboxOperations(deps),
  ];
  addOperations(router, operations);

  let document: string | undefined;
  router.get('/openapi.json', async (ctx) => {
    document ??= JSON.stringify(await createApiDocument(operations, deps.config.baseUrl));
    ctx.type = 'json';
    ctx.body = document;
  });

  return router;
}
