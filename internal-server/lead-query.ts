import createError from 'http-errors';
import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import { whole } from '../common/config';
import { isUuid } from '../common/is-uuid';
import { leadSorts, type LeadListQuery, type LeadPosition } from '../common/lead-list';

/** The worklist's view as its address carries it. */
export type LeadView = Omit<LeadListQuery, 'after' | 'before'>;

/** What `/leads` alone shows; an address carries only what differs from it. */
export const firstView: LeadView = { flagged: false, sort: 'state', order: 'asc', limit: 25 };

// Postgres knows no year 0, and JavaScript writes years beyond 9999 in another way.
const createdAt = z.iso.datetime().refine((time) => time >= '0001');

const cursor = z
  .base64url()
  .max(1000)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .pipe(z.string().transform(parseJson))
  .pipe(z.tuple([z.enum(leadSorts), z.string(), createdAt, z.string().refine(isUuid)]));

const state = z.enum(['PENDING', 'REACHED_OUT']);
const valueOf = {
  state,
  created_at: createdAt,
  last_name: z.string().refine((name) => !name.includes('\0')), // Postgres takes no NUL
};

const query = z.object({
  state: state.optional(),
  flagged: z.enum(['true', 'false']).default('false'),
  sort: z.enum(leadSorts).default(firstView.sort),
  order: z.enum(['asc', 'desc']).default(firstView.order),
  after: cursor.optional(),
  before: cursor.optional(),
  limit: whole(1, 100).prefault(String(firstView.limit)),
});

/** Reads the query string. Throws 400 with the parameter at fault. */
export function readLeadQuery(given: ParsedUrlQuery): LeadListQuery {
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const result = query.safeParse(present);
  if (!result.success) {
    const [parameter] = result.error.issues[0]?.path ?? [];
    throw createError(400, `The parameter ${String(parameter)} of this address is not valid.`);
  }
  const { after, before, flagged, ...view } = result.data;
  if (after && before) throw createError(400, 'Use either after or before, not both.');
  return {
    ...view,
    flagged: flagged === 'true',
    after: after && toPosition(after, view.sort),
    before: before && toPosition(before, view.sort),
  };
}

/** The address of a page of this view, for links that keep the filter. */
export function leadListUrl(
  { state, flagged, sort, order, limit }: LeadView,
  page: { after?: LeadPosition | null; before?: LeadPosition | null } = {},
): string {
  const parameters = new URLSearchParams();
  if (state) parameters.set('state', state);
  if (flagged) parameters.set('flagged', 'true');
  if (sort !== firstView.sort) parameters.set('sort', sort);
  if (order !== firstView.order) parameters.set('order', order);
  if (limit !== firstView.limit) parameters.set('limit', String(limit));
  if (page.after) parameters.set('after', encode(page.after, sort));
  if (page.before) parameters.set('before', encode(page.before, sort));
  const text = parameters.toString();
  return text ? `/leads?${text}` : '/leads';
}

function encode({ value, createdAt, id }: LeadPosition, sort: LeadView['sort']): string {
  return Buffer.from(JSON.stringify([sort, value, createdAt, id])).toString('base64url');
}

function toPosition(
  [sort, value, createdAt, id]: z.output<typeof cursor>,
  expected: LeadView['sort'],
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
