import createError, { isHttpError, type HttpError } from 'http-errors';
import type { Context, Middleware } from 'koa';
import { STATUS_CODES } from 'node:http';
import { isOutage } from '../database/is-outage';

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
export function errorResponse(
  renderPage: RenderErrorPage,
  wantsJson: (ctx: Context) => boolean = prefersJson,
): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.body == null) throwUnanswered(ctx);
    } catch (error) {
      await answer(ctx, error, renderPage, wantsJson);
    }
  };
}

/** The router leaves unknown paths and methods without an answer; 501 stands for odd methods. */
function throwUnanswered(ctx: Context): void {
  const { status } = ctx;
  if (status === 405 || (status === 501 && ctx.response.get('Allow'))) throw createError(405);
  ctx.remove('Allow'); // the router's, empty
  if (status === 404 || status === 501) throw createError(404);
}

async function answer(
  ctx: Context,
  error: unknown,
  renderPage: RenderErrorPage,
  wantsJson: (ctx: Context) => boolean,
): Promise<void> {
  const httpError = isHttpError(error) ? error : toHttpError(error);
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
  if (wantsJson(ctx)) sendProblem(ctx, page, httpError.errors as FieldError[] | undefined);
  else {
    ctx.type = 'html';
    ctx.body = await renderPage(page, ctx);
  }
}

function toHttpError(cause: unknown): HttpError {
  if (!isOutage(cause)) return createError(500, { cause, expose: false });
  const detail = 'A store cannot be reached just now. Please try again in a minute.';
  return createError(503, detail, { cause, expose: true, headers: { 'Retry-After': '30' } });
}

function explain(error: HttpError): string {
  if (!error.expose) return unexpected;
  if (error.message !== STATUS_CODES[error.status]) return error.message;
  return error.status === 404 ? 'There is nothing at this address.' : '';
}

/** Whoever asks for neither is taken for a person. */
export function prefersJson(ctx: Context): boolean {
  const best = ctx.accepts('html', 'json', 'application/problem+json');
  return best !== false && best !== 'html';
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
