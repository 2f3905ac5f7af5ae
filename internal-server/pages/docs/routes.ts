import { createRouter, type Router } from '../../auth/router';
import createError from 'http-errors';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import absolutePath from 'swagger-ui-dist/absolute-path';
import type { RenderPage } from '../layout/render-page';

export interface DocsRouteDeps {
  render: RenderPage;
}

const files = ['swagger-ui.css', 'swagger-ui-bundle.js'];
const keepSeconds = 3600;

/** The API's description to read and to try, with swagger-ui from our own origin. */
export function docsRoutes({ render }: DocsRouteDeps): Router {
  const router = createRouter();
  const folder = absolutePath();

  router.get('/docs', async (ctx) => {
    ctx.body = await render(ctx, 'docs/api', { title: 'API' });
    const policy = ctx.response.get('Content-Security-Policy');
    ctx.set('Content-Security-Policy', policy.replace("img-src 'self'", "img-src 'self' data:"));
  });

  router.get('/docs/:file', (ctx) => {
    const { file = '' } = ctx.params;
    if (!files.includes(file)) throw createError(404);
    ctx.set('Cache-Control', `private, max-age=${keepSeconds}`);
    ctx.type = path.extname(file);
    ctx.body = createReadStream(path.join(folder, file));
  });

  return router;
}
