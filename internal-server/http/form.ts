import createError from 'http-errors';
import type { Context } from 'koa';
import { requireContentType } from './body';

/** Returns the fields of a sent form. Throws 400 for a NUL, which Postgres cannot store, and 415. */
export function readForm(ctx: Context): URLSearchParams {
  requireContentType(ctx, 'application/x-www-form-urlencoded');
  const form = new URLSearchParams(ctx.request.rawBody || '');
  for (const value of form.values()) {
    if (value.includes('\0')) {
      throw createError(400, 'The form contains a character that cannot be stored.');
    }
  }
  return form;
}

/** Returns a field's text, trimmed, with line breaks as `\n`. */
export function textOf(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').replaceAll('\r\n', '\n').trim();
}
