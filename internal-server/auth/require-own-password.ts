import createError from 'http-errors';
import type { Context, Middleware } from 'koa';
import { prefersJson } from '../../common/http/error-response';
import { isApiRequest } from '../http/is-api-request';

const reason = 'Somebody else chose your password, or it was generated. Change it first';

/** The refusal of a program that signs in with a temporary password. */
export const temporaryPassword = (id: string) =>
  createError(
    403,
    `${reason}: PATCH /api/accounts/${id} with "current_password" and "password" alone, or on the page /account.`,
  );

/** While an account has a temporary password, all that it can do is change it. */
export function requireOwnPassword(): Middleware {
  return async (ctx, next) => {
    const { id, mustChangePassword } = ctx.state.account;
    if (!mustChangePassword || isNeeded(ctx, id)) {
      await next();
      return;
    }
    if (isApiRequest(ctx) || prefersJson(ctx)) throw temporaryPassword(id);
    if (!isRead(ctx)) throw createError(403, `${reason}, under “Your account”.`);
    ctx.status = 303;
    ctx.redirect('/account');
  };
}

const isRead = ({ method }: Context) => method === 'GET' || method === 'HEAD';

function isNeeded(ctx: Context, id: string): boolean {
  const request = `${isRead(ctx) ? 'GET' : ctx.method} ${ctx.path}`;
  return ['GET /account', `POST /accounts/${id}/password`, `PATCH /api/accounts/${id}`].includes(
    request,
  );
}
