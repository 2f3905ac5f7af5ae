import type { Knex } from 'knex';
import { keysetPage } from './keyset';

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

export async function newestFirst<Item>(
  query: Knex.QueryBuilder,
  columns: { at: string; id: string },
  { after, before, limit }: PlaceRequest,
): Promise<NewestFirst<Item>> {
  const values = (place: Place | undefined) => place && [place.at, place.id];
  const { rows, hasNext, hasPrev } = await keysetPage<Item>((onPage) => onPage(query), {
    columns: [columns.at, columns.id],
    order: 'desc',
    after: values(after),
    before: values(before),
    limit,
  });
  return {
    items: rows,
    next: hasNext ? (rows.at(-1) ?? null) : null,
    prev: hasPrev ? (rows[0] ?? null) : null,
  };
}
