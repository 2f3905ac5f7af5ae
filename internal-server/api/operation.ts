import type { Router } from '../auth/router';
import createError from 'http-errors';
import type { Context } from 'koa';
import type { z } from 'zod';
import { readQuery } from '../http/query';
import { requireContentType } from '../http/body';

export type ApiContext = Context & { params: Record<string, string> };

/** One operation of the JSON API. The same schemas validate its input and document it. */
export interface Operation<Query = unknown, Body = unknown> {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  summary: string;
  description?: string;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** On success; 200 unless set. */
  status?: 201 | 204;
  /** The response on success: JSON of this shape, or a file; nothing unless set. */
  response?: z.ZodType | 'file';
  /** An example of the response, where the one of its shape would mislead. */
  example?: object;
  /** Statuses of this operation, besides those that follow from its input and its access rule. */
  errors?: readonly (400 | 403 | 409)[];
  handle: (ctx: ApiContext, input: { query: Query; body: Body }) => Promise<unknown>;
}

/** Infers the types of query and body for `handle`, and hides them from the list of operations. */
export function operation<Query, Body>(definition: Operation<Query, Body>): Operation {
  return definition as Operation;
}

export function addOperations(router: Router, operations: readonly Operation[]): void {
  for (const { method, path, query, body, status = 200, handle } of operations) {
    router[method](path, async (ctx) => {
      const input = {
        query: query && readQuery(query, ctx.query),
        body: body && readBody(body, ctx),
      };
      const result = await handle(ctx, input);
      if (result !== undefined) ctx.body = result;
      ctx.status = status;
    });
  }
}

/** Throws 415 when the body is not JSON, and 422 that lists every invalid field. */
function readBody(schema: z.ZodType, ctx: Context): unknown {
  requireContentType(ctx, 'application/json');
  const result = schema.safeParse(ctx.request.body ?? {});
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => {
    const field = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ field, message: issue.message }];
    return issue.keys.map((key) => ({ field: key, message: 'There is no such field.' }));
  });
  throw createError(422, 'The body is not valid. See "errors".', { errors });
}
