import { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import type { Lead } from '../../../common/leads/lead';
import type { Neighbours, PageStart } from '../../../common/leads/neighbours';
import { firstView, leadListUrl, readLeadQuery, type LeadPageRequest } from '../../leads/query';

/**
 * Reads the view that a lead was opened from, and the page of it, from the lead's address. One that
 * is not valid counts as none: a link to a lead must show the lead.
 */
export function readOrigin({ query }: Pick<Context, 'query'>): LeadPageRequest {
  try {
    return readLeadQuery(query);
  } catch (error) {
    if (isHttpError(error) && error.status === 400) return { view: firstView };
    throw error;
  }
}

/** Returns the lead's address, or that of an action on it, with the view and the page of it. */
export function ownUrl({ view, ...page }: LeadPageRequest, id: string, action = ''): string {
  return leadListUrl(view, page, `/leads/${id}${action}`);
}

/** The links from a lead to its neighbours, and back to the list, where its row has the focus. */
export function linksAround({ view }: LeadPageRequest, lead: Lead, around: Neighbours) {
  const { previous, next, page, isListed } = around;
  const rowId = isListed ? lead.id : (next ?? previous)?.id;
  return {
    backUrl: `${leadListUrl(view, page)}${rowId === undefined ? '' : `#lead-${rowId}`}`,
    backLabel: `Back to ${nameOf(view)}`,
    previousUrl: previous && leadUrl(view, previous.id, previous.page),
    nextUrl: next && leadUrl(view, next.id, next.page),
  };
}

/** Returns a lead's address within a view. */
export function leadUrl(view: LeadPageRequest['view'], id: string, page: PageStart): string {
  return leadListUrl(view, page, `/leads/${id}`);
}

function nameOf(view: LeadPageRequest['view']): string {
  const { q, flagged, assigned, overdue, unopened, state } = view;
  if (q !== undefined) return 'the search';
  if (flagged) return 'flagged leads';
  if (overdue) return 'overdue leads';
  if (unopened) return 'leads not opened yet';
  if (assigned === 'me') return 'my leads';
  if (state === 'PENDING') return 'waiting leads';
  return state === 'REACHED_OUT' ? 'leads reached out to' : 'the leads';
}

const actions = {
  reachedOut: '/reached-out',
  reopen: '/reopen',
  undo: '/undo',
  notes: '/notes',
  assign: '/assign',
  notSpam: '/not-spam',
  remove: '/delete',
};

/** Where the buttons of a lead's page lead to. */
export function actionUrls(origin: LeadPageRequest, id: string) {
  const urls = Object.entries(actions).map(([name, path]) => [name, ownUrl(origin, id, path)]);
  return Object.fromEntries(urls) as Record<keyof typeof actions, string>;
}

/** The list, on the same page of it, for an account that pressed the button there. */
export function listOfReferer(ctx: Context, baseUrl: string): string | undefined {
  const referer = ctx.get('Referer');
  if (!URL.canParse(referer)) return undefined;
  const { origin, pathname, search } = new URL(referer);
  return origin === new URL(baseUrl).origin && pathname === '/leads'
    ? `/leads${search}`
    : undefined;
}
