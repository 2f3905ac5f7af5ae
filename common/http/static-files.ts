import createError from 'http-errors';
import type { Middleware } from 'koa';
import serve from 'koa-static';
import path from 'node:path';

/** What the pages of every surface share. */
const sharedFolder = path.join(__dirname, 'static');

/** Serves the `assets/` below `folder` and the shared ones, and passes on every other path. */
export function staticFiles(folder: string, { maxAgeMs }: { maxAgeMs: number }): Middleware {
  const options = { maxage: maxAgeMs, index: false } as const;
  const own = serve(folder, options);
  const shared = serve(sharedFolder, options);
  return (ctx, next) => {
    if (!ctx.path.startsWith('/assets/')) return next();
    if (!['GET', 'HEAD'].includes(ctx.method)) {
      throw createError(405, { headers: { Allow: 'HEAD, GET' } });
    }
    return own(ctx, () => shared(ctx, next) as Promise<unknown>) as Promise<unknown>;
  };
}
