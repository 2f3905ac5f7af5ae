import type { Context, Middleware } from 'koa';

// The second is where a script is redirected unless it asks for JSON.
const readable = new Set(['/leads', '/thank-you']);
const preflightSeconds = '7200'; // the longest that Chromium keeps

/** Lets scripts of these origins, and no others, send the form and read the response. */
export function cors(origins: readonly string[]): Middleware {
  return async (ctx, next) => {
    const isReadable = origins.length > 0 && readable.has(ctx.path);
    if (isReadable) ctx.vary('Origin'); // in refusals, too, for the sake of caches
    const isAllowed = isReadable && origins.includes(ctx.get('Origin'));
    if (isAllowed) ctx.set('Access-Control-Allow-Origin', ctx.get('Origin'));
    if (isAllowed) ctx.set('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id');
    if (isAllowed && isPreflight(ctx)) respondToPreflight(ctx);
    else await next();
  };
}

function isPreflight(ctx: Context): boolean {
  return ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== '';
}

function respondToPreflight(ctx: Context): void {
  ctx.set('Access-Control-Allow-Methods', ctx.path === '/leads' ? 'POST' : 'GET');
  ctx.set('Access-Control-Allow-Headers', 'Accept, Content-Type, Idempotency-Key');
  ctx.set('Access-Control-Max-Age', preflightSeconds);
  ctx.status = 204;
}
