import createError from 'http-errors';
import type { Context } from 'koa';
import { mustBe } from './body';

/**
 * The fields of a sent form. A NUL, which Postgres cannot store, is refused with 400, another kind
 * of body with 415.
 */
export function readForm(ctx: Context): URLSearchParams {
  mustBe('application/x-www-form-urlencoded', ctx);
  const form = new URLSearchParams(ctx.request.rawBody || '');
  for (const value of form.values()) {
    if (value.includes('\0'))
      throw createError(400, 'The form holds a character that cannot be stored.');
  }
  return form;
}

/** A field's text without the white space around it; a browser's line ends become `\n`. */
export function textOf(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').replaceAll('\r\n', '\n').trim();
}
