import type { RouterMiddleware } from '@koa/router';
import createError from 'http-errors';
import type { Context } from 'koa';

/** Who may use a route: every account, administrators, or administrators and the account `:id`. */
export type Access = 'EVERYBODY' | 'ADMIN' | 'ADMIN_OR_SELF';

/** The rule of every route. The server does not start with a route that has no rule, nor the reverse. */
export const access: Readonly<Record<string, Access>> = {
  'GET /': 'EVERYBODY',
  'GET /leads': 'EVERYBODY',
  'GET /leads.csv': 'EVERYBODY',
  'GET /leads/news': 'EVERYBODY',
  'GET /leads/:id': 'EVERYBODY',
  'GET /leads/:id/resume': 'EVERYBODY',
  'GET /leads/:id/view': 'EVERYBODY',
  'POST /leads/reached-out': 'EVERYBODY',
  'POST /leads/bulk': 'EVERYBODY', // and by action, below
  'POST /leads/:id/reached-out': 'EVERYBODY',
  'POST /leads/:id/reopen': 'EVERYBODY',
  'POST /leads/:id/undo': 'EVERYBODY',
  'POST /leads/:id/notes': 'EVERYBODY',
  'POST /leads/:id/assign': 'EVERYBODY',
  'POST /leads/:id/not-spam': 'EVERYBODY',
  'POST /leads/:id/delete': 'ADMIN',
  'GET /outbox': 'ADMIN',
  'POST /outbox/resend': 'ADMIN',
  'POST /outbox/try-now': 'ADMIN',
  'POST /outbox/:id/resend': 'ADMIN',
  'POST /outbox/:id/dismiss': 'ADMIN',
  'GET /storage': 'ADMIN',
  'POST /storage/check': 'ADMIN',
  'GET /account': 'EVERYBODY',
  'GET /accounts': 'ADMIN',
  'POST /accounts': 'ADMIN',
  'POST /accounts/:id/role': 'ADMIN',
  'POST /accounts/:id/disable': 'ADMIN',
  'POST /accounts/:id/enable': 'ADMIN',
  'POST /accounts/:id/password': 'ADMIN_OR_SELF',
  'GET /audit': 'ADMIN',
  'POST /accounts/:id/tokens/:token/revoke': 'ADMIN_OR_SELF',
  'POST /api/token': 'EVERYBODY',
  'GET /api/me': 'EVERYBODY',
  'GET /api/leads': 'EVERYBODY',
  'GET /api/leads/:id': 'EVERYBODY',
  'PATCH /api/leads/:id': 'EVERYBODY',
  'GET /api/leads/:id/resume': 'EVERYBODY',
  'GET /api/leads/:id/notes': 'EVERYBODY',
  'POST /api/leads/:id/notes': 'EVERYBODY',
  'GET /api/outbox': 'ADMIN',
  'POST /api/outbox/:id/resend': 'ADMIN',
  'DELETE /api/outbox/:id': 'ADMIN',
  'GET /api/accounts': 'ADMIN',
  'POST /api/accounts': 'ADMIN',
  'PATCH /api/accounts/:id': 'ADMIN_OR_SELF',
  'GET /openapi.json': 'EVERYBODY',
  'GET /docs': 'EVERYBODY',
};

/** What `POST /leads/bulk` does, by the field `action`, and who may do it. */
export const bulkAccess = {
  'reached-out': 'EVERYBODY',
  assign: 'EVERYBODY',
  'not-spam': 'EVERYBODY',
  delete: 'ADMIN',
} as const satisfies Record<string, Access>;

export function requireAccess(rule: Access): RouterMiddleware {
  return async (ctx, next) => {
    checkAccess(ctx, rule, ctx.params.id);
    await next();
  };
}

/** Throws 403 when the account may not do what has this rule. `ownerId` is whom it is about. */
export function checkAccess({ state }: Context, rule: Access, ownerId?: string): void {
  const { role, id } = state.account;
  const isSelf = rule === 'ADMIN_OR_SELF' && ownerId === id;
  if (rule !== 'EVERYBODY' && role !== 'ADMIN' && !isSelf) {
    throw createError(403, 'This is for administrators only.');
  }
}
