import { createRouter } from '../auth/router';
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
export function apiRoutes(deps: ApiRouteDeps) {
  const router = createRouter();
  const operations = [
    ...tokenOperations(deps),
    ...accountOperations(deps),
    ...leadOperations(deps),
    ...outboxOperations(deps),
  ];
  addOperations(router, operations);

  let document: ReturnType<typeof createApiDocument> | undefined;
  const readDocument = () => (document ??= createApiDocument(operations, deps.config.baseUrl));
  router.get('/openapi.json', async (ctx) => {
    ctx.type = 'json';
    ctx.body = JSON.stringify(await readDocument());
  });

  return { router, readDocument };
}
