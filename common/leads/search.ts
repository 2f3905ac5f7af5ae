import type { Knex } from 'knex';
import { isUuid } from '../is-uuid';
import { reference, withoutHash } from './reference';

const maxTerms = 10; // each is looked up in the index by itself

/** White space, and the commas and semicolons of "Last, First" in any script. */
const betweenTerms = /[\s,;\u055d\u060c\u061b\u3001\uff0c\uff1b\uff64]+/;

/**
 * Returns the patterns for LIKE, one for each word. They are made in a statement of their own, so
 * that the planner sees how rare they are.
 */
export async function searchPatterns(db: Knex, q = ''): Promise<string[]> {
  const terms = [...new Set(q.split(betweenTerms).filter(Boolean))].slice(0, maxTerms);
  if (terms.length === 0) return [];
  const { rows } = await db.raw<{ rows: { pattern: string | null }[] }>(
    'select lead_search_pattern(term) as pattern from unnest(?::text[]) as term',
    [terms.map(toWord)],
  );
  return rows.flatMap(({ pattern }) => pattern ?? []);
}

/** An id stands for its reference. */
function toWord(term: string): string {
  return isUuid(term) ? reference(term) : withoutHash(term);
}
