import createError from 'http-errors';
import type { ParsedUrlQuery } from 'node:querystring';
import type { z } from 'zod';
import type { Cursor } from '../../common/database/cursor';
import type { LeadFilter } from '../../common/leads/filter';
import { orderReceived, type LeadListQuery } from '../../common/leads/list';
import { startOfDay } from '../../common/metrics/overview/days';
import { encodeCursor } from '../http/cursor';
import { oneDirection, readQuery } from '../http/query';
import { leadParameters, viewParameters, type LeadView } from './parameters';
import { stateWithoutName, withinTab } from './tabs';

export { leadParameters, type LeadView } from './parameters';

/** What the API and the CSV show without a parameter: every state. */
export const wholeView: LeadView = viewParameters.parse({});

/** What `/leads` alone shows: what waits. */
export const firstView: LeadView = { ...wholeView, state: stateWithoutName(wholeView) };

export interface LeadPageRequest {
  view: LeadView;
  after?: Cursor | undefined;
  before?: Cursor | undefined;
}

/** Reads the query string of a page. Throws 400 with the parameter at fault. */
export function readLeadQuery(given: ParsedUrlQuery): LeadPageRequest {
  const named = withinTab(given);
  const request = readExportQuery(named);
  if (named.state) return request;
  return { ...request, view: { ...request.view, state: stateWithoutName(request.view) } };
}

/** Reads the query string of the CSV, where no state means every state, as in the API. */
export function readExportQuery(given: ParsedUrlQuery): LeadPageRequest {
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

/** Returns which leads a view shows to this account. Its days start when `startOf` says. */
export function toFilter(
  view: LeadView,
  accountId: string,
  overdueAfterHours: number,
  startOf = startOfDay,
): LeadFilter {
  const { state, q, flagged, assigned, overdue, unopened, from, to } = view;
  return {
    ...{ q, flagged, unopened },
    state: state === 'ALL' ? undefined : state,
    assignedTo: assigned === 'me' ? accountId : assigned === 'nobody' ? null : assigned,
    overdueSince: overdue ? new Date(Date.now() - overdueAfterHours * 3_600_000) : undefined,
    receivedFrom: from === undefined ? undefined : startOf(from),
    receivedBefore: to === undefined ? undefined : startOf(to, 1),
  };
}

export function toListQuery(
  request: LeadPageRequest,
  accountId: string,
  overdueAfterHours: number,
  startOf = startOfDay,
): LeadListQuery {
  const { view, after, before } = request;
  const { sort, order, limit } = view;
  const filter = toFilter(view, accountId, overdueAfterHours, startOf);
  return { ...filter, sort, order, limit, after, before };
}

/** Returns what a view's address carries: whatever differs from `usual`. */
export function parametersOf(view: LeadView, usual: LeadView): [string, string][] {
  const differs = ([name, value]: [string, unknown]) =>
    value !== undefined && value !== usual[name as keyof LeadView];
  return Object.entries(view)
    .filter(differs)
    .map(([name, value]) => [name, String(value)]);
}

const notFilters = ['sort', 'order', 'limit'];

/** Returns the names of what narrows a view. The audit keeps them, and not what was searched. */
export function filtersOf(view: LeadView): string[] {
  return parametersOf(view, wholeView).flatMap(([name]) => (notFilters.includes(name) ? [] : name));
}

interface Position {
  after?: Cursor | undefined;
  before?: Cursor | undefined;
}

/** Returns the address of a page of this view, for links that keep the filter. */
export function leadListUrl(view: LeadView, page: Position = {}, path = '/leads'): string {
  const usual = { ...firstView, state: stateWithoutName(view) };
  return urlOf(path, parametersOf(view, usual), page);
}

/** The same for the API and the CSV. */
export function exportUrl(view: LeadView, page: Position, path: string): string {
  return urlOf(path, parametersOf(view, wholeView), page);
}

function urlOf(path: string, parameters: [string, string][], { after, before }: Position): string {
  const query = new URLSearchParams(parameters);
  if (after) query.set('after', encodeCursor(after));
  if (before) query.set('before', encodeCursor(before));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
