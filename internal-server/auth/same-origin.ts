import createError from 'http-errors';
import type { Context, Middleware } from 'koa';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses changes that another site made the browser send, because browsers add Basic credentials to
 * every request. Over plain http to a named host they send no Sec-Fetch-Site, so Origin decides;
 * programs send neither. A token is exempt: no browser sends one by itself.
 */
export function sameOrigin(
  baseUrl: string,
  onRefusal: (ctx: Context) => Promise<void>,
): Middleware {
  const { origin } = new URL(baseUrl);
  return async (ctx, next) => {
    const site = ctx.get('Sec-Fetch-Site');
    const from = ctx.get('Origin');
    const isOurs = site ? site === 'same-origin' : !from || from === origin;
    if (!safeMethods.includes(ctx.method) && !isOurs && !ctx.state.hasToken) {
      await onRefusal(ctx);
      throw createError(403, `Changes are accepted only from the pages at ${origin}.`);
    }
    await next();
  };
}
