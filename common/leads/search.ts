import type { Knex } from 'knex';
import { isUuid } from '../is-uuid';
import { reference } from './reference';

const maxTerms = 10; // each is looked up in the index by itself

/**
 * Returns the patterns for LIKE, one for each word. They are made in a statement of their own, so
 * that the planner sees how rare they are.
 */
export async function searchPatterns(db: Knex, q = ''): Promise<string[]> {
  const terms = [...new Set(q.split(/\s+/).filter(Boolean))].slice(0, maxTerms);
  if (terms.length === 0) return [];
  const { rows } = await db.raw<{ rows: { pattern: string | null }[] }>(
    'select lead_search_pattern(term) as pattern from unnest(?::text[]) as term',
    [terms.map((term) => (isUuid(term) ? reference(term) : term))],
  );
  return rows.flatMap(({ pattern }) => pattern ?? []);
}
