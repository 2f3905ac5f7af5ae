import createError, { isHttpError, type HttpError } from 'http-errors';
import type { Context, Middleware } from 'koa';
import { STATUS_CODES } from 'node:http';
import { isOutage } from '../database/is-outage';

/** What an error page says about a failed request. */
export interface ErrorPage {
  status: number;
  title: string;
  detail: string;
  requestId: string;
}

/** An error of one field, for the form and for `application/problem+json` (RFC 9457). */
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
  415: 'We could not read this form',
  422: 'Please check what you entered',
  429: 'Too many requests',
  500: 'Something went wrong',
  503: 'Not available just now',
};

const unexpected = 'The problem has been noted. Please try again in a few minutes.';

/**
 * Turns every error thrown below it into a response: a page for people, problem+json for programs.
 * An error without `expose` shows nothing of its cause. Errors from 500 on reach `app.on('error')`.
 */
export function errorResponse(
  renderPage: RenderErrorPage,
  wantsJson: (ctx: Context) => boolean = prefersJson,
): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.body == null) throwWithoutResponse(ctx);
    } catch (error) {
      await respond(ctx, error, renderPage, wantsJson);
    }
  };
}

/** The router sends no response to unknown paths and methods. It sets 501 for unusual methods. */
function throwWithoutResponse(ctx: Context): void {
  const { status } = ctx;
  if (status === 405 || (status === 501 && ctx.response.get('Allow'))) throw createError(405);
  ctx.remove('Allow'); // the router's, empty
  if (status === 404 || status === 501) throw createError(404);
}

async function respond(
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
  const detail = 'Our database or storage is unavailable just now. Please try again in a minute.';
  return createError(503, detail, { cause, expose: true, headers: { 'Retry-After': '30' } });
}

function explain(error: HttpError): string {
  if (!error.expose) return unexpected;
  if (error.message !== STATUS_CODES[error.status]) return error.message;
  return error.status === 404 ? 'There is nothing at this address.' : '';
}

/** A client that asks for neither HTML nor JSON counts as a person. */
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
