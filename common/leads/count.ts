import type { Knex } from 'knex';
import { matching, narrowTo, type LeadFilter, type Narrow } from './filter';
import { searchPatterns } from './search';

/** Returns how many leads there are, up to one more than `limit`. */
export async function count(db: Knex, narrow: Narrow, limit: number): Promise<number> {
  const [row] = (await capped(db, 'leads', narrow, limit)) as { count: string }[];
  return Number(row?.count);
}

function capped(db: Knex, table: string, narrow: Narrow, limit: number): Knex.QueryBuilder {
  const some = db(table)
    .select(db.raw('1'))
    .modify(narrow)
    .limit(limit + 1)
    .as('some');
  return db.from(some).count({ count: '*' });
}

type Counts<Name extends string> = Partial<Record<Name, number>>;

/**
 * Counts several views at once, each up to one more than `limit`. They share their search: when it
 * matches more than `limit`, only the flagged ones among its views are counted.
 */
export async function countEach<Name extends string>(
  db: Knex,
  filters: Record<Name, LeadFilter>,
  limit: number,
): Promise<Counts<Name>> {
  const all = Object.entries<LeadFilter>(filters);
  const patterns = await searchPatterns(db, all[0]?.[1].q);
  if (patterns.length === 0) {
    return (await countIn(db.queryBuilder(), db, 'leads', all, limit)) as Counts<Name>;
  }

  const found = db('leads')
    .select('state', 'flagged_reason', 'assigned_to', 'created_at', 'opened_at')
    .modify(matching(patterns))
    .limit(limit + 1);
  const query = db.withMaterialized('found', found).select({ found: db('found').count() });
  const counts = await countIn(query, db, 'found as leads', all, limit);
  if ((counts.found ?? 0) <= limit) return counts as Counts<Name>;

  const flagged = all.filter(([, filter]) => filter.flagged);
  const counting = flagged.map(async ([name, filter]) => {
    return [name, await count(db, narrowTo(filter, patterns), limit)] as const;
  });
  return Object.fromEntries(await Promise.all(counting)) as Counts<Name>;
}

async function countIn(
  query: Knex.QueryBuilder,
  db: Knex,
  table: string,
  filters: [string, LeadFilter][],
  limit: number,
): Promise<Record<string, number>> {
  const counts: Record<string, Knex.QueryBuilder> = {};
  for (const [name, filter] of filters) counts[name] = capped(db, table, narrowTo(filter), limit);
  const rows: Record<string, string>[] = await query.select(counts);
  const [row = {}] = rows;
  return Object.fromEntries(Object.entries(row).map(([name, n]) => [name, Number(n)]));
}
