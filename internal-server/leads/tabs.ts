import createError from 'http-errors';
import type { ParsedUrlQuery } from 'node:querystring';
import type { LeadView } from './parameters';

/** The views that stand side by side, in their order, with what each narrows to. */
const tabs = {
  WAITING: {},
  MINE: { assigned: 'me' },
  ALL: { state: 'ALL' },
  REACHED_OUT: { state: 'REACHED_OUT' },
  FLAGGED: { flagged: 'true' },
} as const;

export type TabName = keyof typeof tabs;

export function tabOf({ flagged, state, assigned }: LeadView): TabName {
  if (flagged) return 'FLAGGED';
  if (state !== 'PENDING') return state;
  return assigned === 'me' ? 'MINE' : 'WAITING';
}

/** Returns the view of each tab. What narrows one narrows the others as well. */
export function viewsOfTabs(view: LeadView): Record<TabName, LeadView> {
  const current = tabOf(view);
  const others = view.assigned === 'me' ? undefined : view.assigned; // of mine, there is a tab
  const assigned = current === 'MINE' ? others : view.assigned;
  const all: LeadView = { ...view, assigned, state: 'ALL', flagged: false, overdue: false };
  const { overdue } = view;
  const waiting: LeadView = { ...all, assigned: others, state: 'PENDING', overdue };
  return {
    WAITING: waiting,
    MINE: { ...waiting, assigned: 'me' },
    ALL: all,
    REACHED_OUT: { ...all, state: 'REACHED_OUT' },
    FLAGGED: { ...all, flagged: true },
    [current]: view,
  };
}

/** What a page shows that names no state: a search goes through all of them. */
export function stateWithoutName({
  q,
  flagged,
}: Pick<LeadView, 'q' | 'flagged'>): LeadView['state'] {
  return q !== undefined || flagged ? 'ALL' : 'PENDING';
}

/**
 * Reads `tab`, the field of the filter's form that says where it was sent from: a new search leaves
 * the tab, and other filters stay within it.
 */
export function withinTab({ tab, ...given }: ParsedUrlQuery): ParsedUrlQuery {
  if (tab === undefined || tab === '') return given;
  if (typeof tab !== 'string' || !Object.hasOwn(tabs, tab)) {
    throw createError(400, 'The parameter tab of this address is not valid.');
  }
  if (typeof given.q === 'string' && given.q.trim() !== '') {
    return { ...given, overdue: '', unopened: '' };
  }
  const chosen = Object.entries(given).filter(([, value]) => value !== '');
  return { ...tabs[tab as TabName], ...Object.fromEntries(chosen) };
}
