import { createRouter, type Router } from '../../auth/router';
import type { RenderPage } from '../layout/render-page';
import { toReference, type OpenApiDocument, type Reference } from './reference';

export interface DocsRouteDeps {
  render: RenderPage;
  readDocument: () => Promise<OpenApiDocument>;
}

/** The API's description to read, without a script. */
export function docsRoutes({ render, readDocument }: DocsRouteDeps): Router {
  const router = createRouter();
  let reference: Reference | undefined;

  router.get('/docs', async (ctx) => {
    reference ??= toReference(await readDocument());
    ctx.body = await render(ctx, 'docs/api', { title: 'API', ...reference });
  });

  return router;
}
