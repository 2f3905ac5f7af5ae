import type { Knex } from 'knex';

/** A row's place in a list that shows the newest first: its time, then what makes that unique. */
export interface Place {
  at: Date;
  id: string;
}

export interface PlaceRequest {
  /** The page that follows, or precedes, this place. At most one of the two. */
  after?: Place | undefined;
  before?: Place | undefined;
  limit: number;
}

export interface NewestFirst<Item> {
  items: Item[];
  /** Where the neighbouring pages start; null when there is none. */
  next: Item | null;
  prev: Item | null;
}

/** One page of a query by keyset: its cost does not grow with the page's number. */
export async function newestFirst<Item>(
  query: Knex.QueryBuilder,
  columns: { at: string; id: string },
  { after, before, limit }: PlaceRequest,
): Promise<NewestFirst<Item>> {
  const order = before ? 'asc' : 'desc';
  const from = before ?? after;
  const first = query.clone();
  if (from) {
    const comparison = before ? '>' : '<';
    query.whereRaw(`(??, ??) ${comparison} (?, ?)`, [columns.at, columns.id, from.at, from.id]);
  }
  const rows = (await query
    .orderBy([columns.at, columns.id].map((column) => ({ column, order })))
    .limit(limit + 1)) as Item[];

  // Whoever goes back and finds a short page, because rows left it meanwhile, is at the beginning.
  if (before && rows.length < limit) return newestFirst(first, columns, { limit });
  const more = rows.length > limit;
  const items = rows.slice(0, limit);
  if (before) items.reverse();
  return {
    items,
    next: before || more ? (items.at(-1) ?? null) : null,
    prev: after || (before && more) ? (items[0] ?? null) : null,
  };
}
