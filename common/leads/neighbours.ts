import type { Knex } from 'knex';
import type { Cursor } from '../database/cursor';
import { beyond, positionOf, type Sort } from '../database/keyset';
import { narrowTo } from './filter';
import type { SortedLead } from './lead';
import { countedAtMost, orderReceived, sortKeys, sortOf } from './list';
import type { LeadListQuery, SortKeys } from './list';
import { searchPatterns } from './search';

/** Where a page of the list starts; at its beginning, without either. */
export interface PageStart {
  after?: Cursor | undefined;
  before?: Cursor | undefined;
}

/** A lead beside another, and the page of the list that holds it. */
export interface Neighbour {
  id: string;
  page: PageStart;
}

export interface Neighbours {
  previous: Neighbour | undefined;
  next: Neighbour | undefined;
  /** The page that holds the lead: the page asked for, if that does. */
  page: PageStart;
  /** False when the lead has left the list, or was never in it. It has a place there even so. */
  isListed: boolean;
}

/**
 * Returns what stands beside a lead in the list of `query`, whose cursor is that of the page on
 * which the lead was found. The lead's state is taken to be the list's, because a lead that was
 * just marked keeps its place in the list that it has left.
 */
export async function findNeighbours(
  db: Knex,
  query: LeadListQuery,
  lead: SortedLead,
): Promise<Neighbours> {
  const patterns = await searchPatterns(db, query.q);
  const narrow = narrowTo(query, patterns);
  const placed = { ...lead, state: query.state ?? lead.state };
  const alongIndex = (sort: string) =>
    lookAround(db('leads').modify(narrow), db, query, placed, sortOf(query, sort, 'leads'));
  if (patterns.length === 0) return alongIndex(query.sort);

  // As the list does it: all that match are fetched, then sorted, unless there are too many.
  const found = db('leads')
    .select(Object.values(sortKeys))
    .modify(narrow)
    .limit(countedAtMost + 1);
  const sort = sortOf(query, query.sort, 'found');
  const { total, ...around } = await lookAround(db('found'), db, query, placed, sort, found);
  return total > countedAtMost ? alongIndex(orderReceived) : around;
}

interface Row {
  previous: (Omit<SortKeys, 'createdAt'> & { createdAt: string }) | null;
  next: string | null;
  isListed: boolean;
  /** How many leads of the page there are from its start (its end, for `before`) up to this one. */
  count: string;
  total?: string;
}

/** One statement, each part of which reads a few rows of an index, or of `found`. */
async function lookAround(
  rows: Knex.QueryBuilder,
  db: Knex,
  query: LeadListQuery,
  lead: SortKeys,
  sort: Sort<SortKeys>,
  found?: Knex.QueryBuilder,
): Promise<Neighbours & { total: number }> {
  const { after, before, limit } = query;
  const position = positionOf(lead, sort);
  const backwards = { ...sort, order: sort.order === 'asc' ? 'desc' : 'asc' } as const;
  const nearest = ({ columns, order }: Sort<SortKeys>) =>
    rows
      .clone()
      .modify(beyond({ ...sort, order }, position))
      .orderBy(columns.map(([, column]) => ({ column, order })))
      .limit(1);
  const direction = before ? backwards : sort;
  const onPage = rows
    .clone()
    .select(db.raw('1'))
    .modify(beyond(direction, before ?? after))
    .modify(beyond(direction, position, true))
    .limit(limit + 1);
  const keys = sort.columns.map(() => '?::text, ??').join(', ');

  const statement = db.queryBuilder().select({
    previous: nearest(backwards).select(db.raw(`json_build_object(${keys})`, sort.columns.flat())),
    next: nearest(sort).select('id'),
    isListed: db.raw('exists ?', [rows.clone().select(db.raw('1')).where('id', lead.id)]),
    count: db.from(onPage.as('on_page')).count(),
    ...(found && { total: db('found').count() }),
  });
  if (found) void statement.withMaterialized('found', found);
  const [row] = (await statement) as [Row];
  return { ...toNeighbours(row, query, position, sort), total: Number(row.total ?? 0) };
}

function toNeighbours(
  { previous, next, isListed, count }: Row,
  { after, before, limit }: LeadListQuery,
  position: Cursor,
  sort: Sort<SortKeys>,
): Neighbours {
  // Where a lead has left the page, the next one has taken its place.
  const place = Number(count) + (isListed || before || !next ? 0 : 1);
  const isOnPage = (place >= 1 && place <= limit) || !(after ?? before ?? next ?? previous);
  const row = previous && { ...previous, createdAt: new Date(previous.createdAt) };
  const ownPage: PageStart = row ? { after: positionOf(row, sort) } : {};
  const page = isOnPage ? { after, before } : ownPage;
  const fromStart = !isOnPage ? 1 : before ? limit + 1 - place : place;
  const previousPage = fromStart === 1 ? { before: position } : page;
  const nextPage = fromStart === limit && isListed ? { after: position } : page;
  return {
    isListed,
    page,
    previous: previous ? { id: previous.id, page: previousPage } : undefined,
    next: next === null ? undefined : { id: next, page: nextPage },
  };
}
