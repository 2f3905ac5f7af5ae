import type { Middleware } from 'koa';
import serve from 'koa-static';

/** Serves the `assets/` below `folder`, and lets every other path through untouched. */
export function staticFiles(folder: string, { maxAgeMs }: { maxAgeMs: number }): Middleware {
  const files = serve(folder, { maxage: maxAgeMs, index: false });
  return (ctx, next) =>
    (ctx.path.startsWith('/assets/') ? files(ctx, next) : next()) as Promise<unknown>;
}
