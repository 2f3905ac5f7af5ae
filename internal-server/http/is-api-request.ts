import type { Context } from 'koa';

/** Whether a request is for the JSON API: it may carry a token, and its errors are problem+json. */
export function isApiRequest({ path }: Context): boolean {
  return /^\/(api\/|openapi\.json$)/i.test(path); // case-insensitive, as the router matches
}
