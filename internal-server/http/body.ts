import { bodyParser } from '@koa/bodyparser';
import createError from 'http-errors';
import type { Context, Middleware } from 'koa';

const limit = '256kb'; // room for a note of 10,000 characters, percent-encoded

const messages: Record<number, string> = {
  400: 'The request body is malformed.',
  413: 'The request body is larger than 256 KB.',
  415: 'The encoding of the request body is not supported.',
};

/** Parses forms and JSON. Throws 400, 413 or 415 when the body cannot be read. */
export function parseBody(): Middleware {
  return bodyParser({
    enableTypes: ['form', 'json'],
    formLimit: limit,
    jsonLimit: limit,
    onError(error) {
      const { status = 400 } = error as { status?: number };
      const code = status in messages ? status : 400;
      const title = code === 413 ? { title: 'This is too large' } : {};
      throw createError(code, messages[code] ?? '', title);
    },
  });
}

/** Throws 415 for a body of another type. No body at all is accepted. */
export function requireContentType(ctx: Context, type: string): void {
  if (ctx.request.length === 0 || ctx.is(type) !== false) return;
  throw createError(415, `Send the body as ${type}.`);
}
