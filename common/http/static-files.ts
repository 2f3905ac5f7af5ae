import createError from 'http-errors';
import type { Middleware } from 'koa';
import serve from 'koa-static';

/** Serves the `assets/` below `folder`, and lets every other path through untouched. */
export function staticFiles(folder: string, { maxAgeMs }: { maxAgeMs: number }): Middleware {
  const files = serve(folder, { maxage: maxAgeMs, index: false });
  return (ctx, next) => {
    if (!ctx.path.startsWith('/assets/')) return next();
    if (['GET', 'HEAD'].includes(ctx.method)) return files(ctx, next) as Promise<unknown>;
    throw createError(405, { headers: { Allow: 'HEAD, GET' } });
  };
}
