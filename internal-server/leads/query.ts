import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import { whole } from '../../common/config/environment';
import { isUuid } from '../../common/is-uuid';
import type { LeadFilter } from '../../common/leads/filter';
import { leadSorts, type LeadListQuery, type LeadPosition } from '../../common/leads/list';
import { cursor, encodeCursor, toPosition } from './cursor';
import { day, dayAfter, oneDirection, readQuery } from '../http/query';

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

/** The worklist's view as its address carries it. */
export type LeadView = z.output<typeof parameters>;

/** What `/leads` alone shows; an address carries only what differs from it. */
export const firstView: LeadView = parameters.parse({});

/** Of the list, of its pages and of the API's. */
export const leadParameters = parameters.extend({
  after: cursor.optional().meta({ description: 'From `next`; made for one sort order' }),
  before: cursor.optional().meta({ description: 'From `prev`; not together with `after`' }),
});

export interface LeadPageRequest {
  view: LeadView;
  after?: LeadPosition | undefined;
  before?: LeadPosition | undefined;
}

/** Reads the query string. Throws 400 with the parameter at fault. */
export function readLeadQuery(given: ParsedUrlQuery): LeadPageRequest {
  return toPage(readQuery(leadParameters, given));
}

export function toPage(query: z.output<typeof leadParameters>): LeadPageRequest {
  const { after, before, ...view } = oneDirection(query);
  return {
    view,
    after: after && toPosition(after, view.sort),
    before: before && toPosition(before, view.sort),
  };
}

/** Which leads a view shows to this account. */
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

/** What a view's address carries: whatever differs from the first view. */
export function viewParameters(view: LeadView): [string, string][] {
  const differs = ([name, value]: [string, unknown]) =>
    value !== undefined && value !== firstView[name as keyof LeadView];
  return Object.entries(view)
    .filter(differs)
    .map(([name, value]) => [name, String(value)]);
}

/** The address of a page of this view, for links that keep the filter. */
export function leadListUrl(
  view: LeadView,
  page: { after?: LeadPosition | null; before?: LeadPosition | null } = {},
  path = '/leads',
): string {
  const query = new URLSearchParams(viewParameters(view));
  if (page.after) query.set('after', encodeCursor(page.after, view.sort));
  if (page.before) query.set('before', encodeCursor(page.before, view.sort));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
