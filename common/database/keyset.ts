import type { Knex } from 'knex';

export interface KeysetRequest {
  /** What the rows are sorted by, all in one order; together they are unique. */
  columns: readonly string[];
  order: 'asc' | 'desc';
  /** The page that follows, or precedes, the row with these values. At most one of the two. */
  after?: readonly unknown[] | undefined;
  before?: readonly unknown[] | undefined;
  limit: number;
}

export interface KeysetPage<Row> {
  rows: Row[];
  hasNext: boolean;
  hasPrev: boolean;
}

/** Keeps a query to what the page needs of it. */
export type OnPage = (query: Knex.QueryBuilder) => Knex.QueryBuilder;

/**
 * One page of a query by keyset: its cost does not grow with the page's number, and rows that come
 * or go meanwhile make no other row repeat or skip.
 */
export async function keysetPage<Row>(
  select: (onPage: OnPage) => Knex.QueryBuilder,
  request: KeysetRequest,
): Promise<KeysetPage<Row>> {
  const { columns, after, before, limit } = request;
  const backwards = before !== undefined;
  const order = backwards === (request.order === 'desc') ? 'asc' : 'desc';
  const from = before ?? after;
  const marks = (mark: string) => columns.map(() => mark).join(', ');
  const comparison = `(${marks('??')}) ${order === 'asc' ? '>' : '<'} (${marks('?')})`;
  const found = (await select((query) => {
    const page = query.clone().orderBy(columns.map((column) => ({ column, order })));
    if (from) page.whereRaw(comparison, [...columns, ...from] as Knex.Value[]);
    return page.limit(limit + 1);
  })) as Row[];

  // Whoever goes back and finds a short page, because rows left it meanwhile, is at the beginning.
  if (backwards && found.length < limit)
    return keysetPage(select, { ...request, before: undefined });
  const more = found.length > limit;
  const rows = found.slice(0, limit);
  if (backwards) rows.reverse();
  return {
    rows,
    hasNext: backwards || more,
    hasPrev: after !== undefined || (backwards && more),
  };
}
