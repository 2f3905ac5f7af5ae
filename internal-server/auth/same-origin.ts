import createError from 'http-errors';
import type { Middleware } from 'koa';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses state changes that another site made the browser send: it adds basic credentials by
 * itself. Over plain http on a host name browsers send no Sec-Fetch-Site, so Origin decides there;
 * a program sends neither. A token is exempt, because no browser sends one by itself.
 */
export function sameOrigin(baseUrl: string): Middleware {
  const { origin } = new URL(baseUrl);
  return async (ctx, next) => {
    const site = ctx.get('Sec-Fetch-Site');
    const from = ctx.get('Origin');
    const isOurs = site ? site === 'same-origin' : !from || from === origin;
    if (!safeMethods.includes(ctx.method) && !isOurs && !ctx.state.hasToken) {
      throw createError(403, `Changes are accepted from the pages at ${origin} only.`);
    }
    await next();
  };
}
