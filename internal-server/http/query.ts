import createError from 'http-errors';
import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';

/** `YYYY-MM-DD`. Postgres has no year 0. */
export const day = z.iso.date().refine((text) => text >= '0001');

/** A time in UTC to the millisecond, as `toISOString` writes it. */
export const instant = z.iso.datetime({ precision: 3 }).refine((text) => text >= '0001');

/** Reads a query string; an empty parameter counts as absent. Throws 400 naming the invalid one. */
export function readQuery<Schema extends z.ZodType>(
  schema: Schema,
  given: ParsedUrlQuery,
): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [parameter] = issue?.code === 'unrecognized_keys' ? issue.keys : (issue?.path ?? []);
  throw createError(400, `The parameter ${String(parameter)} of this address is not valid.`);
}

/** Throws 400 when both directions are given at once. */
export function oneDirection<Query extends { after?: unknown; before?: unknown }>(
  query: Query,
): Query {
  if (query.after && query.before) throw createError(400, 'Use either after or before, not both.');
  return query;
}
