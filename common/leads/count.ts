import type { Knex } from 'knex';
import type { Narrow } from './filter';

const sampleSizes = [100, 500]; // in blocks of the table; 100 take two milliseconds
const underestimate = 4; // the planner takes words to be independent of each other

/** How many of these leads there are, up to one more than `limit`. */
export async function count(db: Knex, narrow: Narrow, limit: number): Promise<number> {
  const some = db('leads')
    .select(db.raw('1'))
    .modify(narrow)
    .limit(limit + 1)
    .as('some');
  const [row] = await db.from(some).count<{ n: string }[]>({ n: '*' });
  return Number(row?.n);
}

/** Whether there are more than `limit`; false also where so few are expected that it is not counted. */
export async function areMore(db: Knex, narrow: Narrow, limit: number): Promise<boolean> {
  const expected = await expectedRows(db, narrow);
  if (expected * underestimate < limit) return false;
  if (await areSurelyMore(db, narrow, limit)) return true;
  return expected > limit && (await count(db, narrow, limit)) > limit;
}

/**
 * Whether a look at a few hundred blocks of the table tells that there are more than `limit`.
 * `limit` leads lie in `limit` blocks at most, however they are spread, and chance alone chooses the
 * sample: that it holds five standard deviations more of such blocks happens less than once in a
 * million times.
 */
export async function areSurelyMore(db: Knex, narrow: Narrow, limit: number): Promise<boolean> {
  const blocks = await tableBlocks(db);
  for (const size of sampleSizes) {
    const expected = (limit * size) / blocks;
    const deviation = Math.sqrt(expected);
    const proof = expected + 5 * deviation + 5;
    if (proof >= size || size > blocks) continue; // the table is too small for this sample
    const found = await blocksFound(db, narrow, size / blocks);
    if (found >= proof) return true;
    if (found < expected + deviation) return false;
  }
  return false;
}

/** How many the planner expects, which takes it half a millisecond. */
export async function expectedRows(db: Knex, narrow: Narrow): Promise<number> {
  const { rows } = await db.raw<{ rows: [{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }] }>(
    'explain (format json) ?',
    [db('leads').select('id').modify(narrow)],
  );
  return rows[0]['QUERY PLAN'][0].Plan['Plan Rows'];
}

async function tableBlocks(db: Knex): Promise<number> {
  const { rows } = await db.raw<{ rows: [{ blocks: string }] }>(
    "select pg_relation_size('leads') / current_setting('block_size')::int as blocks",
  );
  return Number(rows[0].blocks);
}

/** How many blocks of a random share of the table hold such leads. */
async function blocksFound(db: Knex, narrow: Narrow, share: number): Promise<number> {
  const sample = db.raw('leads tablesample system (?)', [100 * share]);
  const [row] = await db
    .from(sample)
    .modify(narrow)
    .select<{ blocks: string }[]>(db.raw('count(distinct (leads.ctid::text::point)[0]) as blocks'));
  return Number(row?.blocks);
}
