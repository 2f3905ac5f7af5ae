import type { Knex } from 'knex';
import type { Cursor, Page, PageRequest } from './cursor';

export type Order = 'asc' | 'desc';

export interface Sort<Row> {
  name: string;
  order: Order;
  /** What is sorted by, unique together: fields of the row, each with the column that it holds. */
  columns: readonly (readonly [field: keyof Row, column: string])[];
}

/**
 * One page of a query by keyset: its cost does not grow with the page's number, and rows that come
 * or go meanwhile make no other row repeat or skip.
 */
export async function selectPage<Row extends object>(
  query: Knex.QueryBuilder,
  sort: Sort<Row>,
  { after, before, limit }: PageRequest,
): Promise<Page<Row>> {
  const isBackwards = before !== undefined;
  const order: Order = isBackwards === (sort.order === 'desc') ? 'asc' : 'desc';
  const page = query
    .clone()
    .orderBy(sort.columns.map(([, column]) => ({ column, order })))
    .modify(beyond({ ...sort, order }, before ?? after));
  const found = (await page.limit(limit + 1)) as Row[];

  // Whoever goes back and finds a short page, because rows left it meanwhile, is at the beginning.
  if (isBackwards && found.length < limit) return selectPage(query, sort, { limit });
  const hasMore = found.length > limit;
  const items = found.slice(0, limit);
  if (isBackwards) items.reverse();
  return {
    items,
    next: isBackwards || hasMore ? cursorOf(items.at(-1), sort) : null,
    prev: after || (isBackwards && hasMore) ? cursorOf(items[0], sort) : null,
  };
}

/** Narrows a query to the rows that follow a position in this order, or to those `upTo` it. */
export function beyond<Row>(
  { columns, order }: Sort<Row>,
  position: Cursor | undefined,
  isUpTo = false,
): (query: Knex.QueryBuilder) => void {
  const names = columns.map(([, column]) => column);
  const row = (mark: string) => `(${names.map(() => mark).join(', ')})`;
  const follows = order === 'asc' ? '>' : '<';
  const upTo = order === 'asc' ? '<=' : '>=';
  return (query) => {
    if (!position) return;
    const comparison = `${row('??')} ${isUpTo ? upTo : follows} ${row('?')}`;
    query.whereRaw(comparison, [...names, ...position.values]);
  };
}

/** Returns a row's position. */
export function positionOf<Row extends object>(row: Row, { name, columns }: Sort<Row>): Cursor {
  const asText = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));
  return { sort: name, values: columns.map(([field]) => asText(row[field])) };
}

function cursorOf<Row extends object>(row: Row | undefined, sort: Sort<Row>): Cursor | null {
  return row ? positionOf(row, sort) : null;
}
