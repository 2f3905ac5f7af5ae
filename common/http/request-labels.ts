import type { Context } from 'koa';

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * What a log or a metric may say of a request: the route's pattern, never the path that somebody
 * sent, so that it holds no personal data and has few values.
 */
export function requestLabels(ctx: Context) {
  return {
    method: knownMethods.has(ctx.method) ? ctx.method : 'other',
    route: String(ctx._matchedRoute ?? (ctx.path.startsWith('/assets/') ? '/assets/*' : 'none')),
  };
}
