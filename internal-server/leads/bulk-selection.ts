import createError from 'http-errors';
import type { Context } from 'koa';
import { isUuid } from '../../common/is-uuid';
import type { Assignment } from '../../common/leads/bulk/bulk';
import { BulkRefusal, maxAtOnce, type Selection } from '../../common/leads/bulk/selection';
import { textOf } from '../http/form';
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
  const isAll = isTrue(form.get('all') ?? allInQuery ?? '');
  const ids = [...new Set(form.getAll('ids').map((id) => id.toLowerCase()))];
  if (!isAll && ids.length > maxAtOnce) {
    throw createError(422, `Select at most ${maxAtOnce} leads.`);
  }
  const shown = readCount(form.get('count') ?? '');
  const filter = toFilter(page.view, state.account.id, overdueAfterHours);
  const selection = isAll ? { filter, total: shown } : { ids: ids.filter(isUuid) };
  return { page, selection, isAll, ids, shown };
}

function isTrue(text: string | string[]): boolean {
  if (text === '' || text === 'false') return false;
  if (text !== 'true') throw createError(422, 'The field all takes true and false.');
  return true;
}

/** What is no number must not count as none, because then nothing would be compared with it. */
function readCount(text: string): number | undefined {
  if (text === '') return undefined;
  if (!/^\d+$/.test(text)) throw createError(422, 'The field count takes a number of leads.');
  return Number(text);
}

/** Reads `account` and `held_by`, where empty means nobody. Throws when no account is named. */
export function readAssignment(form: URLSearchParams): Assignment {
  const [assigneeId, heldBy] = ['account', 'held_by'].map((name) => {
    const id = form.has(name) ? textOf(form, name) : undefined;
    if (id && !isUuid(id)) throw new BulkRefusal('NO_ASSIGNEE');
    return id === '' ? null : id?.toLowerCase();
  });
  if (assigneeId === undefined) throw new BulkRefusal('NO_ASSIGNEE');
  return { assigneeId, heldBy };
}
