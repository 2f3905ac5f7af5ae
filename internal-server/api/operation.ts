import type { Router } from '../auth/router';
import createError from 'http-errors';
import type { Context } from 'koa';
import type { z } from 'zod';
import { readQuery } from '../http/query';
import { mustBe } from '../http/body';

export type ApiContext = Context & { params: Record<string, string> };

/** One operation of the JSON API: what validates it also describes it. */
export interface Operation<Query = unknown, Body = unknown> {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  summary: string;
  description?: string;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** Of success. */
  status: 200 | 201 | 204;
  /** What success answers: JSON of this shape, or the file itself. */
  answer?: z.ZodType | 'file';
  /** Of this operation's answer, where the shape's own example would mislead. */
  example?: object;
  /** What can go wrong, besides what can go wrong everywhere. */
  errors?: readonly (400 | 403 | 409)[];
  handle: (ctx: ApiContext, input: { query: Query; body: Body }) => Promise<unknown>;
}

/** Keeps the types of query and body together inside, and out of the list of all. */
export function operation<Query, Body>(definition: Operation<Query, Body>): Operation {
  return definition as Operation;
}

export function mount(router: Router, operations: readonly Operation[]): void {
  for (const { method, path, query, body, status, handle } of operations) {
    router[method](path, async (ctx) => {
      const input = {
        query: query && readQuery(query, ctx.query),
        body: body && readBody(body, ctx),
      };
      const answer = await handle(ctx, input);
      if (answer !== undefined) ctx.body = answer;
      ctx.status = status;
    });
  }
}

/** Throws 415 for what is no JSON and 422 with every field at fault. */
function readBody(schema: z.ZodType, ctx: Context): unknown {
  mustBe('application/json', ctx);
  const result = schema.safeParse(ctx.request.body ?? {});
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => {
    const at = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ field: at, message: issue.message }];
    return issue.keys.map((key) => ({ field: key, message: 'There is no such field.' }));
  });
  throw createError(422, 'The body is not valid. See "errors".', { errors });
}
