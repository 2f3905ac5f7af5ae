import { createRouter, type Router } from '../auth/router';
import { accountOperations, type AccountOperationDeps } from './account-operations';
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
  const router = createRouter();
  const operations = [
    ...tokenOperations(deps),
    ...accountOperations(deps),
    ...leadOperations(deps),
    ...outboxOperations(deps),
  ];
  mount(router, operations);

  let document: string | undefined;
  router.get('/openapi.json', (ctx) => {
    document ??= JSON.stringify(loadApiDocument()(operations, deps.config.baseUrl));
    ctx.type = 'json';
    ctx.body = document;
  });

  return router;
}

/** Only when it is asked for: it takes a seventh of the memory that a start needs. */
function loadApiDocument(): (typeof import('./document'))['apiDocument'] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need its .js
  return (require('./document') as typeof import('./document')).apiDocument;
}
