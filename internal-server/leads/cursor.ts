import createError from 'http-errors';
import { z } from 'zod';
import { isUuid } from '../../common/is-uuid';
import { leadSorts, type LeadPosition, type LeadSort } from '../../common/leads/list';
import { instant } from '../http/query';

/** A position in the list as an address carries it. */
export const cursor = z
  .base64url()
  .max(2000)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .pipe(z.string().transform(parseJson))
  .pipe(z.tuple([z.enum(leadSorts), z.string(), instant, z.string().refine(isUuid)]));

const valueOf = {
  state: z.enum(['PENDING', 'REACHED_OUT']),
  created_at: instant,
  last_name: z.string().refine((name) => !name.includes('\0')), // Postgres takes no NUL
};

export function encodeCursor({ value, createdAt, id }: LeadPosition, sort: LeadSort): string {
  return Buffer.from(JSON.stringify([sort, value, createdAt, id])).toString('base64url');
}

/** Throws 400 when the cursor was made for another sort order. */
export function toPosition(
  [sort, value, createdAt, id]: z.output<typeof cursor>,
  expected: LeadSort,
): LeadPosition {
  if (sort === expected && valueOf[sort].safeParse(value).success) return { value, createdAt, id };
  throw createError(400, 'This page belongs to another sort order. Start from the first page.');
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a cursor' });
    return z.NEVER;
  }
}
