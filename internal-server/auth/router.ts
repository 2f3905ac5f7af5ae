import KoaRouter, { type RouterMiddleware } from '@koa/router';
import { access, requireAccess } from './access';

export type Router = ReturnType<typeof createRouter>;

/** Adds routes, each behind its rule in `access`. Throws when a route has none. */
export function createRouter() {
  const router = new KoaRouter();
  const names: string[] = []; // as `access` has them: `GET /leads`

  const adder =
    (method: 'get' | 'post' | 'patch' | 'delete') => (path: string, handle: RouterMiddleware) => {
      const name = `${method.toUpperCase()} ${path}`;
      const rule = access[name];
      if (!rule) throw new Error(`There is no access rule for ${name}`);
      router[method](path, requireAccess(rule), handle);
      names.push(name);
    };

  return {
    get: adder('get'),
    post: adder('post'),
    patch: adder('patch'),
    delete: adder('delete'),
    names,
    routes: () => router.routes(),
  };
}

/** Throws when a rule in `access` belongs to none of their routes. */
export function joinRouters(routers: readonly Router[]): KoaRouter {
  const names = new Set(routers.flatMap((router) => router.names));
  const unused = Object.keys(access).find((name) => !names.has(name));
  if (unused) throw new Error(`There is no route for the access rule ${unused}`);
  const joined = new KoaRouter();
  for (const router of routers) joined.use(router.routes());
  return joined;
}
