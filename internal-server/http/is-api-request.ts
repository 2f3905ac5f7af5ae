import type { Context } from 'koa';

/** The JSON API and its description: tokens open them, and every failure is a problem+json. */
export function isApiRequest({ path }: Context): boolean {
  return /^\/(api\/|openapi\.json$)/i.test(path); // as the router matches
}
