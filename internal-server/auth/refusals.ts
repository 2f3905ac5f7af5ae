import type Router from '@koa/router';
import { isHttpError } from 'http-errors';
import type { Context, Middleware } from 'koa';
import { unknownActor, type AuditAction } from '../../common/audit/actions';
import { createGatheredEvents, type GatheredEventsDeps } from './gathered-events';

export type Refusals = ReturnType<typeof createRefusals>;

/** Records failed sign-ins and refused requests, gathered so that nobody can fill the audit. */
export function createRefusals(deps: GatheredEventsDeps) {
  const gathered = createGatheredEvents(deps);
  const ofSignIn = (action: AuditAction) => (accountId: string | undefined, network: string) =>
    gathered.add({ actor: accountId ?? unknownActor, action, network });
  const ofRoute = (action: AuditAction) => (ctx: Context, route: string) => {
    const { account, network } = ctx.state;
    return gathered.add({ actor: account.id, action, network, details: { route } });
  };

  return {
    /** A wrong password, an unknown token or a disabled account; `undefined` for no account. */
    failed: ofSignIn('SIGN_IN_FAILED'),
    limited: ofSignIn('SIGN_IN_LIMITED'),
    denied: ofRoute('ACCESS_DENIED'),
    crossSite: ofRoute('CROSS_SITE_REFUSED'),
    stop: () => gathered.stop(),
  };
}

/** Records every 403 of what follows. */
export function recordDenied(refusals: Pick<Refusals, 'denied'>, router: Router): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (isHttpError(error) && error.status === 403) {
        await refusals.denied(ctx, routeName(router, ctx));
      }
      throw error;
    }
  };
}

/** Returns the route as `access` names it, or `none`: never the path, which may hold anything. */
export function routeName(router: Router, { path, method }: Context): string {
  const route = router.match(path, method).pathAndMethod.at(-1);
  return route ? `${method} ${String(route.path)}` : 'none';
}
