import createError, { isHttpError, type HttpError } from 'http-errors';
import type { Context, Middleware } from 'koa';
import { STATUS_CODES } from 'node:http';

/** What a person is told of a failed request. */
export interface ErrorPage {
  status: number;
  title: string;
  detail: string;
  requestId: string;
}

/** Fields at fault, for `application/problem+json` (RFC 9457) and for the form alike. */
export interface FieldError {
  field: string;
  message: string;
}

type RenderErrorPage = (page: ErrorPage, ctx: Context) => Promise<string>;

const titles: Record<number, string> = {
  400: 'The request could not be understood',
  401: 'Please sign in',
  403: 'Not allowed',
  404: 'Page not found',
  405: 'Not possible here',
  409: 'Nothing was changed',
  413: 'The file is too large',
  415: 'The form arrived in a form that we cannot read',
  422: 'Please check what you entered',
  429: 'Too many requests',
  500: 'Something went wrong',
  503: 'Not available just now',
};

const unexpected = 'The problem has been noted. Please try again in a few minutes.';

/**
 * Answers every failure below it: as a page to people, as problem+json to programs. What was not
 * thrown with `expose` says nothing of its cause and reaches `app.on('error')`.
 */
export function errorResponse(renderPage: RenderErrorPage): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.body == null && [404, 405, 501].includes(ctx.status)) throw createError(ctx.status);
    } catch (error) {
      await answer(ctx, error, renderPage);
    }
  };
}

async function answer(ctx: Context, error: unknown, renderPage: RenderErrorPage): Promise<void> {
  const httpError = isHttpError(error) ? error : createError(500, { cause: error, expose: false });
  if (httpError.status >= 500) ctx.app.emit('error', error, ctx);
  const status = httpError.status;
  const page = {
    status,
    title: (httpError.title as string | undefined) ?? titles[status] ?? STATUS_CODES[status] ?? '',
    detail: explain(httpError),
    requestId: ctx.state.requestId,
  };
  ctx.status = status;
  ctx.set(httpError.headers ?? {});
  ctx.set('Cache-Control', 'no-store');
  if (prefersJson(ctx)) sendProblem(ctx, page, httpError.errors as FieldError[] | undefined);
  else {
    ctx.type = 'html';
    ctx.body = await renderPage(page, ctx);
  }
}

function explain(error: HttpError): string {
  if (!error.expose) return unexpected;
  if (error.message !== STATUS_CODES[error.status]) return error.message;
  return error.status === 404 ? 'There is nothing at this address.' : '';
}

export function prefersJson(ctx: Context): boolean {
  return ctx.accepts('html', 'json', 'application/problem+json') !== 'html';
}

function sendProblem(ctx: Context, page: ErrorPage, errors?: FieldError[]): void {
  const { status, title, detail, requestId } = page;
  ctx.body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? title,
    status,
    detail: detail || title,
    request_id: requestId,
    ...(errors && { errors }),
  });
  ctx.type = 'application/problem+json';
}
