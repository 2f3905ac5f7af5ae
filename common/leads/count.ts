import type { Knex } from 'knex';
import type { Narrow } from './filter';

/** Returns how many leads there are, up to one more than `limit`. */
export async function count(db: Knex, narrow: Narrow, limit: number): Promise<number> {
  const some = db('leads')
    .select(db.raw('1'))
    .modify(narrow)
    .limit(limit + 1)
    .as('some');
  const [row] = await db.from(some).count<{ n: string }[]>({ n: '*' });
  return Number(row?.n);
}
