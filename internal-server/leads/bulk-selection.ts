import createError from 'http-errors';
import type { Context } from 'koa';
import { isUuid } from '../../common/is-uuid';
import { maxAtOnce, type Selection } from '../../common/leads/selection';
import { viewParameters } from './parameters';
import { readLeadQuery, toFilter, type LeadPageRequest } from './query';

/** What a form of several leads asks for. */
export interface BulkRequest {
  /** The view that it was sent from. */
  page: LeadPageRequest;
  selection: Selection;
  /** Whether it is for all leads of the view. */
  isAll: boolean;
  /** The ids that were sent, malformed ones included. */
  ids: string[];
  /** How many leads the sender was shown; undefined when the form does not say. */
  shown: number | undefined;
}

/**
 * Reads the selection of a form: `ids`, or `all=true` for the view that the address or the fields
 * describe. Throws 422 for more than 500 ids.
 */
export function readBulk(
  { query, state }: Context,
  form: URLSearchParams,
  overdueAfterHours: number,
): BulkRequest {
  const { all: allInQuery, ...address } = query;
  const names = Object.keys(viewParameters.shape).filter((name) => form.has(name));
  const fields = Object.fromEntries(names.map((name) => [name, form.get(name) ?? '']));
  const page = readLeadQuery({ ...address, ...fields });
  const isAll = (form.get('all') ?? allInQuery) === 'true';
  const ids = [...new Set(form.getAll('ids').map((id) => id.toLowerCase()))];
  if (!isAll && ids.length > maxAtOnce) {
    throw createError(422, `Select at most ${maxAtOnce} leads.`);
  }
  const count = form.get('count') ?? '';
  const shown = /^\d{1,9}$/.test(count) ? Number(count) : undefined;
  const filter = toFilter(page.view, state.account.id, overdueAfterHours);
  const selection = isAll ? { filter, total: shown } : { ids: ids.filter(isUuid) };
  return { page, selection, isAll, ids, shown };
}
