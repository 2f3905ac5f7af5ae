import type { Context, Middleware } from 'koa';

// A script that does not ask for JSON is sent on to the second.
const readable = new Set(['/leads', '/thank-you']);
const preflightSeconds = '7200'; // the longest that Chromium keeps

/** Lets scripts of these sites, and of no other, send the form and read the answer. */
export function cors(origins: readonly string[]): Middleware {
  return async (ctx, next) => {
    const concerned = origins.length > 0 && readable.has(ctx.path);
    if (concerned) ctx.vary('Origin'); // in refusals, too, or a cache mixes them up
    const isAllowed = concerned && origins.includes(ctx.get('Origin'));
    if (isAllowed) ctx.set('Access-Control-Allow-Origin', ctx.get('Origin'));
    if (isAllowed) ctx.set('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id');
    if (isAllowed && isPreflight(ctx)) answerPreflight(ctx);
    else await next();
  };
}

function isPreflight(ctx: Context): boolean {
  return ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== '';
}

function answerPreflight(ctx: Context): void {
  ctx.set('Access-Control-Allow-Methods', ctx.path === '/leads' ? 'POST' : 'GET');
  ctx.set('Access-Control-Allow-Headers', 'Accept, Content-Type, Idempotency-Key');
  ctx.set('Access-Control-Max-Age', preflightSeconds);
  ctx.status = 204;
}
