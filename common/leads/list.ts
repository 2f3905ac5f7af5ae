import type { Knex } from 'knex';
import { keysetPage, type OnPage } from '../database/keyset';
import type { ExportedLead, Lead } from './lead';
import { areMore, count, expectedRows } from './count';
import { narrowTo, type LeadFilter, type Narrow } from './filter';
import { selectExported, selectLeads, toLead, type LeadRow } from './rows';
import { partsByName, searchPatterns } from './search';

export const leadSorts = ['state', 'created_at', 'last_name'] as const;
export type LeadSort = (typeof leadSorts)[number];
export type Order = 'asc' | 'desc';

/** A row's place in the list: the value it is sorted by, then what makes that unique. */
export interface LeadPosition {
  value: string;
  createdAt: string;
  id: string;
}

export interface LeadListQuery extends LeadFilter {
  sort: LeadSort;
  order: Order;
  /** The page that follows, or precedes, this row. At most one of the two. */
  after?: LeadPosition | undefined;
  before?: LeadPosition | undefined;
  limit: number;
}

export interface LeadPage {
  items: Lead[];
  /** Where the neighbouring pages start; null when there is none. */
  next: LeadPosition | null;
  prev: LeadPosition | null;
  total: number;
  totalIsExact: boolean;
  /** More leads match the search than are sorted; the page lists them in the order received. */
  isWide: boolean;
}

export const countedAtMost = 10_000;

const lookedThrough = 3000; // takes four milliseconds at most

/** `sort_name` is the name without case and accents, the last name first. */
const sortedBy = { state: 'state', created_at: 'created_at', last_name: 'sort_name' } as const;

/**
 * One page of the worklist by keyset: its cost does not grow with the page's number, and leads
 * that arrive meanwhile neither repeat nor skip a row.
 */
export async function listLeads(db: Knex, query: LeadListQuery): Promise<LeadPage> {
  const patterns = await searchPatterns(db, query.q);
  if (patterns.length > 0) return search(db, query, patterns);
  const narrow = narrowTo(query);
  const [{ page }, total] = await Promise.all([
    selectPage(query, (onPage) => onPage(selectLeads(db).modify(narrow))),
    count(db, narrow, countedAtMost),
  ]); // both may fail at once
  return { ...page, ...counted(total) };
}

/**
 * Every lead of the filter in pages, by the time they were received: that never changes, so none
 * is skipped or repeated however long the reader takes, and no connection is held meanwhile.
 */
export async function* eachPage(db: Knex, filter: LeadFilter): AsyncGenerator<ExportedLead[]> {
  const narrow = narrowTo(filter, await searchPatterns(db, filter.q));
  const inOrder = { columns: ['leads.created_at', 'leads.id'], order: 'asc', limit: 500 } as const;
  const pageAfter = (last?: ExportedLead) => {
    const after = last && [last.createdAt, last.id];
    const page = keysetPage<ExportedLead>((onPage) => onPage(selectExported(db).modify(narrow)), {
      ...inOrder,
      after,
    });
    page.catch(() => undefined); // also when the reader goes away before it is asked for
    return page;
  };
  let reading: ReturnType<typeof pageAfter> | undefined = pageAfter();
  while (reading) {
    const { rows, hasNext }: Awaited<typeof reading> = await reading;
    reading = hasNext ? pageAfter(rows.at(-1)) : undefined; // while these are written
    yield rows;
  }
}

/**
 * The planner takes what is found to be spread evenly over any order. So few are fetched, counted
 * and sorted, and many are met along the order, if possible without a count: that would cost more
 * than all the rest of their page. It also takes the index of words to cost the same for all words,
 * though it costs 30 ms for common ones: where the filter leaves few without it, it is not used.
 */
async function search(db: Knex, query: LeadListQuery, patterns: string[]): Promise<LeadPage> {
  const isNarrow = (await expectedRows(db, narrowTo(query))) <= lookedThrough;
  const narrow = isNarrow ? narrowThrough(query, patterns) : narrowTo(query, patterns);
  if (isNarrow || !(await areMore(db, narrow, countedAtMost))) {
    const { page, found } = await selectFew(db, query, narrow);
    const total = found ?? (await count(db, narrow, countedAtMost));
    if (total <= countedAtMost) return { ...page, ...counted(total) };
  }
  const { page } = await selectMany(db, query, patterns);
  return { ...page, ...counted(countedAtMost + 1) };
}

/** As `narrowTo`, with the words where no index reaches them. */
function narrowThrough(filter: LeadFilter, patterns: string[]): Narrow {
  return (builder) => {
    builder.modify(narrowTo(filter));
    for (const pattern of patterns) builder.whereRaw("leads.search_text || '' like ?", [pattern]);
  };
}

/** `found` is how many there are, up to one more than `countedAtMost`; undefined on an empty page. */
function selectFew(db: Knex, query: LeadListQuery, narrow: Narrow) {
  const found = db('leads') // without the columns that are long
    .select('id', ...Object.values(sortedBy))
    .modify(narrow)
    .limit(countedAtMost + 1);
  return selectPage(query, (onPage) => {
    const ids = onPage(db('found as leads').select('leads.id'));
    const few = selectLeads(db)
      .withMaterialized('found', found)
      .withMaterialized('leads', db('leads').whereIn('id', ids))
      .select({ found: db('found').count() });
    return onPage(few);
  });
}

/** By name, where what is found is not spread evenly, in parts. */
function selectMany(db: Knex, query: LeadListQuery, patterns: string[]) {
  if (query.sort === 'last_name' && !query.flagged) {
    const parts = partsByName(db('leads').modify(narrowTo(query)), patterns);
    return selectPage(query, (onPage) =>
      onPage(selectLeads(db).with('leads', db.unionAll(parts.map(onPage), true))),
    );
  }
  return db.transaction(async (trx) => {
    await trx.raw('set local enable_bitmapscan = off; set local enable_seqscan = off');
    const narrow = narrowTo(query, patterns);
    return selectPage(query, (onPage) => onPage(selectLeads(trx).modify(narrow)));
  });
}

type PageQuery = Pick<LeadListQuery, 'sort' | 'order' | 'after' | 'before' | 'limit'>;

async function selectPage(query: PageQuery, select: (onPage: OnPage) => Knex.QueryBuilder) {
  const { sort, order, after, before, limit } = query;
  const columns = [...new Set([sortedBy[sort], 'created_at', 'id'])];
  const values = (from: LeadPosition | undefined) =>
    from && [...(sort === 'created_at' ? [] : [from.value]), from.createdAt, from.id];
  const { rows, hasNext, hasPrev } = await keysetPage<LeadRow & { found?: string }>(select, {
    columns: columns.map((name) => `leads.${name}`),
    order,
    after: values(after),
    before: values(before),
    limit,
  });
  const page = {
    items: rows.map(toLead),
    next: hasNext ? position(rows.at(-1), sort) : null,
    prev: hasPrev ? position(rows[0], sort) : null,
  };
  const found = rows[0]?.found;
  return { page, found: found === undefined ? undefined : Number(found) };
}

function position(row: LeadRow | undefined, sort: LeadSort): LeadPosition | null {
  if (!row) return null;
  const createdAt = row.created_at.toISOString();
  return { value: sort === 'created_at' ? createdAt : row[sortedBy[sort]], createdAt, id: row.id };
}

function counted(total: number): Pick<LeadPage, 'total' | 'totalIsExact' | 'isWide'> {
  const totalIsExact = total <= countedAtMost;
  return { total: Math.min(total, countedAtMost), totalIsExact, isWide: false };
}
