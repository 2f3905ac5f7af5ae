import type { Context } from 'koa';

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Returns what logs and metrics may say about a request: the pattern of the route, not the path,
 * so that there are few values and no personal data.
 */
export function requestLabels(ctx: Context) {
  return {
    method: knownMethods.has(ctx.method) ? ctx.method : 'other',
    route: String(ctx.routerPath ?? (ctx.path.startsWith('/assets/') ? '/assets/*' : 'none')),
  };
}

/** Whether the connection had ended before the whole response was sent. For closed responses. */
export function isAborted({ res }: Context): boolean {
  return !res.writableFinished;
}
