import createError from 'http-errors';
import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import { whole } from '../../common/config/environment';
import { isUuid } from '../../common/is-uuid';
import type { LeadFilter } from '../../common/leads/filter';
import type { Cursor } from '../../common/database/cursor';
import { leadSorts, orderReceived, type LeadListQuery } from '../../common/leads/list';
import { cursorOf, encodeCursor } from '../http/cursor';
import { day, dayAfter, instant, oneDirection, readQuery } from '../http/query';

const parameters = z.strictObject({
  state: z.enum(['PENDING', 'REACHED_OUT']).optional(),
  q: z
    .string()
    .trim()
    .max(200)
    .refine((text) => !text.includes('\0'))
    .transform((text) => (text === '' ? undefined : text))
    .optional()
    .meta({ description: 'Part of a name, of an email address or of a reference' }),
  assigned: z
    .union([z.enum(['me', 'anybody', 'nobody']), z.string().refine(isUuid)])
    .transform((value) => (value === 'anybody' ? undefined : value))
    .optional()
    .meta({
      type: 'string',
      description: "`me`, `nobody` or an account's id; `anybody` does not narrow",
      example: 'me',
    }),
  flagged: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ type: 'boolean', default: false, description: 'Those set aside as suspected spam' }),
  from: day.optional().meta({ description: 'The first day of receipt, in UTC' }),
  to: day.optional().meta({ description: 'The last day of receipt, in UTC, included' }),
  sort: z.enum(leadSorts).default('state'),
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: whole(1, 100)
    .prefault('25')
    .meta({ type: 'integer', minimum: 1, maximum: 100, default: 25, description: 'Of one page' }),
});

/** A view of the worklist, as its address carries it. */
export type LeadView = z.output<typeof parameters>;

/** What `/leads` alone shows. */
export const firstView: LeadView = parameters.parse({});

const id = z.string().refine(isUuid);
const cursor = cursorOf({
  state: z.tuple([z.enum(['PENDING', 'REACHED_OUT']), instant, id]),
  created_at: z.tuple([instant, id]),
  // Postgres text holds no NUL.
  last_name: z.tuple([z.string().refine((name) => !name.includes('\0')), instant, id]),
  [orderReceived]: z.tuple([instant, id]),
});

/** The parameters of the list, of the page and the API alike. */
export const leadParameters = parameters.extend({
  after: cursor.optional().meta({ description: 'From `next`; fits this view alone' }),
  before: cursor.optional().meta({ description: 'From `prev`; not together with `after`' }),
});

export interface LeadPageRequest {
  view: LeadView;
  after?: Cursor | undefined;
  before?: Cursor | undefined;
}

/** Reads the query string. Throws 400 with the parameter at fault. */
export function readLeadQuery(given: ParsedUrlQuery): LeadPageRequest {
  return toPage(readQuery(leadParameters, given));
}

/** Throws 400 when the cursor was made for another sort order. */
export function toPage(query: z.output<typeof leadParameters>): LeadPageRequest {
  const { after, before, ...view } = oneDirection(query);
  const sort = (after ?? before)?.sort ?? view.sort;
  const isOfWideSearch = sort === orderReceived && view.q !== undefined;
  if (sort !== view.sort && !isOfWideSearch) {
    throw createError(400, 'This page belongs to another sort order. Start from the first page.');
  }
  return { view, after, before };
}

/** Returns which leads a view shows to this account. */
export function toFilter(view: LeadView, accountId: string): LeadFilter {
  const { state, q, flagged, assigned, from, to } = view;
  return {
    state,
    q,
    flagged,
    assignedTo: assigned === 'me' ? accountId : assigned === 'nobody' ? null : assigned,
    receivedFrom: from === undefined ? undefined : new Date(from),
    receivedBefore: to === undefined ? undefined : dayAfter(to),
  };
}

export function toListQuery(request: LeadPageRequest, accountId: string): LeadListQuery {
  const { view, after, before } = request;
  const { sort, order, limit } = view;
  return { ...toFilter(view, accountId), sort, order, limit, after, before };
}

/** Returns what a view's address carries: whatever differs from the first view. */
export function viewParameters(view: LeadView): [string, string][] {
  const differs = ([name, value]: [string, unknown]) =>
    value !== undefined && value !== firstView[name as keyof LeadView];
  return Object.entries(view)
    .filter(differs)
    .map(([name, value]) => [name, String(value)]);
}

const filters = ['state', 'q', 'assigned', 'flagged', 'from', 'to'];

/** Returns the names of what narrows a view. The audit keeps them, and not what was searched. */
export function filtersOf(view: LeadView): string[] {
  return viewParameters(view).flatMap(([name]) => (filters.includes(name) ? [name] : []));
}

/** Returns the address of a page of this view, for links that keep the filter. */
export function leadListUrl(
  view: LeadView,
  page: { after?: Cursor; before?: Cursor } = {},
  path = '/leads',
): string {
  const query = new URLSearchParams(viewParameters(view));
  if (page.after) query.set('after', encodeCursor(page.after));
  if (page.before) query.set('before', encodeCursor(page.before));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
