import createError from 'http-errors';
import type { Context, Middleware } from 'koa';
import { challenge } from './sign-in';

/** Says that this browser signed out and has not signed in since. Over https it belongs to this host alone. */
const cookieOf = (ctx: Context) => (ctx.secure ? '__Host-signed-out' : 'signed-out');

/**
 * Returns 401 for `GET /sign-out`, whatever comes with it, because browsers forget a password that
 * is refused. They ask for another one at once; what is typed there signs in again. A page of
 * another site that sends somebody here signs nobody out.
 */
export function signOut(): Middleware {
  return async (ctx, next) => {
    const hasSignedOut = ctx.cookies.get(cookieOf(ctx)) !== undefined;
    const isTyped = hasSignedOut && ctx.get('Authorization') !== '';
    if (isSignOut(ctx) && isOwnWish(ctx) && !isTyped) {
      setCookie(ctx, 'yes');
      throw createError(401, 'This browser has forgotten your password.', {
        title: 'You are signed out',
        headers: challenge,
      });
    }
    try {
      await next();
      if (isSignOut(ctx)) {
        ctx.status = 303;
        ctx.redirect('/');
      }
    } finally {
      const { account } = ctx.state as { account?: unknown }; // undefined where the sign-in failed
      if (hasSignedOut && account) setCookie(ctx, null);
    }
  };
}

function isSignOut({ method, path }: Context): boolean {
  return path === '/sign-out' && (method === 'GET' || method === 'HEAD');
}

/** Over plain http to a named host, browsers do not tell; then it counts as one's own. */
function isOwnWish(ctx: Context): boolean {
  return ['', 'none', 'same-origin'].includes(ctx.get('Sec-Fetch-Site'));
}

function setCookie(ctx: Context, value: string | null): void {
  ctx.cookies.set(cookieOf(ctx), value, {
    secure: ctx.secure,
    httpOnly: true,
    sameSite: 'lax',
    overwrite: true,
  });
}
