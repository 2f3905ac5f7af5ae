import type { Knex } from 'knex';
import type { Cursor, Page, PageRequest } from '../database/cursor';
import { selectPage, type Order, type Sort } from '../database/keyset';
import { count } from './count';
import { narrowTo, type LeadFilter, type Narrow } from './filter';
import type { ExportedLead, Lead, SortedLead } from './lead';
import { selectExported, selectLeads } from './rows';
import { searchPatterns } from './search';

export const leadSorts = ['state', 'created_at', 'last_name'] as const;
export type LeadSort = (typeof leadSorts)[number];

export interface LeadListQuery extends LeadFilter, PageRequest {
  sort: LeadSort;
  order: Order;
}

export interface LeadPage extends Page<Lead> {
  /** At most `countedAtMost`. */
  total: number;
  totalIsExact: boolean;
  /** More leads match the search than are sorted; the page lists them in the order received. */
  isWide: boolean;
}

export const countedAtMost = 10_000;

/** The sort of a wide search, always ascending. */
export const orderReceived = 'received';

export type SortKeys = Pick<SortedLead, 'id' | 'createdAt' | 'state' | 'sortName'>;

export const sortKeys = {
  id: 'id',
  createdAt: 'created_at',
  state: 'state',
  sortName: 'sort_name',
};

const sortedBy: Record<string, keyof SortKeys | undefined> = {
  state: 'state',
  last_name: 'sortName',
};

/** Returns one page of the worklist, or of what a search finds in it. */
export async function listLeads(db: Knex, query: LeadListQuery): Promise<LeadPage> {
  const patterns = await searchPatterns(db, query.q);
  const narrow = narrowTo(query, patterns);
  if (patterns.length > 0) {
    const found = await listFound(db, query, narrow);
    if (found) return found;
    const page = await selectAlongIndex(db, query, narrow, orderReceived);
    return { ...page, total: countedAtMost, totalIsExact: false, isWide: true };
  }
  const [page, total] = await Promise.all([
    selectAlongIndex(db, query, narrow, query.sort),
    count(db, narrow, countedAtMost),
  ]); // both may fail at once
  const totalIsExact = total <= countedAtMost;
  return { ...page, total: Math.min(total, countedAtMost), totalIsExact, isWide: false };
}

/** Fetches all that match, then sorts them. Returns undefined when there are too many. */
async function listFound(
  db: Knex,
  query: LeadListQuery,
  narrow: Narrow,
): Promise<LeadPage | undefined> {
  const found = db('leads') // without the columns that are long
    .select(Object.values(sortKeys))
    .modify(narrow)
    .limit(countedAtMost + 1);
  const page = await selectPage<SortKeys & { total: string }>(
    db('found')
      .withMaterialized('found', found)
      .select({ ...sortKeys, total: db('found').count() }),
    sortOf(query, query.sort, 'found'),
    query,
  );
  const total = Number(page.items[0]?.total ?? (await count(db, narrow, countedAtMost)));
  if (total > countedAtMost) return undefined;
  const ids = page.items.map(({ id }) => id);
  const rows = (await selectLeads(db).whereIn('leads.id', ids)) as Lead[];
  const leads = new Map(rows.map((lead) => [lead.id, lead]));
  const items = ids.flatMap((id) => leads.get(id) ?? []); // one may have been deleted meanwhile
  return { ...page, items, total, totalIsExact: true, isWide: false };
}

function selectAlongIndex(
  db: Knex,
  query: LeadListQuery,
  narrow: Narrow,
  sort: string,
): Promise<Page<Lead>> {
  const leads = selectLeads(db).modify(narrow);
  return selectPage<SortedLead>(leads, sortOf(query, sort, 'leads'), query);
}

/** A cursor keeps to its sort, also when the search becomes wide, or ceases to be, meanwhile. */
export function sortOf(
  { order, after, before }: Pick<LeadListQuery, 'order' | 'after' | 'before'>,
  sort: string,
  table: string,
): Sort<SortKeys> {
  const name = (after ?? before)?.sort ?? sort;
  const fields = [sortedBy[name] ?? [], 'createdAt', 'id'].flat() as (keyof SortKeys)[];
  return {
    name,
    order: name === orderReceived ? 'asc' : order,
    columns: fields.map((field) => [field, `${table}.${sortKeys[field]}`] as const),
  };
}

const exportOrder: Sort<ExportedLead> = {
  name: orderReceived,
  order: 'asc',
  columns: [
    ['createdAt', 'leads.created_at'],
    ['id', 'leads.id'],
  ],
};

/**
 * Yields every lead of the filter, page by page in the order received. That never changes, so none
 * is skipped or repeated however long the reader takes, and no connection is held meanwhile.
 */
export async function* eachPage(db: Knex, filter: LeadFilter): AsyncGenerator<ExportedLead[]> {
  const narrow = narrowTo(filter, await searchPatterns(db, filter.q));
  const readAfter = (after?: Cursor) => {
    const leads = selectExported(db).modify(narrow);
    const page = selectPage<ExportedLead>(leads, exportOrder, { after, limit: 500 });
    page.catch(() => undefined); // the reader may go away before it awaits this page
    return page;
  };
  let reading: Promise<Page<ExportedLead>> | null = readAfter();
  while (reading) {
    const { items, next }: Page<ExportedLead> = await reading;
    reading = next && readAfter(next); // while the reader writes these
    yield items;
  }
}
