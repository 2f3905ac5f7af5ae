import type { Knex } from 'knex';
import { isUuid } from '../is-uuid';
import { reference } from './reference';

const maxTerms = 10; // each is looked for by itself

/**
 * For LIKE, made beforehand, in a statement of their own: the planner sees how rare they are, and
 * nothing is computed per row.
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

/**
 * As the index leads_search_torn has it: the text that is searched, but wherever the first three
 * letters of the lead's name stand, a line break keeps them from being found. Any two of them stay
 * together, so that a word without these three is found as before. A shorter name stands nowhere
 * with the line breaks that it is filled up with, and tears nothing.
 */
const tornText = `replace(leads.search_text, rpad(leads.sort_name, 3, E'\\n') collate "default",
  left(leads.sort_name, 2) || E'\\n' || substr(leads.sort_name, 2, 2) collate "default")`;

/**
 * What of these leads is found, in parts of which each soon has its first ones by name. People of
 * one name stand together in that order, maybe far from where a page starts: so there is a part for
 * each three letters of the search that a name may begin with, to walk along the index of names,
 * and one for all other names, of which the torn text's statistics tell how rare they are.
 */
export function partsByName(leads: Knex.QueryBuilder, patterns: string[]): Knex.QueryBuilder[] {
  const triples = [...new Set(patterns.flatMap(triplesOf))];
  const others = leads.clone().whereRaw('left(leads.sort_name, 3) <> all(?)', [triples]);
  for (const pattern of patterns) others.whereRaw(`${tornText} like ?`, [pattern]);
  const begun = triples.map((triple) => {
    const part = leads.clone().whereRaw('leads.sort_name ^@ ?', [triple]);
    for (const pattern of patterns) part.whereLike('leads.search_text', pattern);
    return part;
  });
  return [others, ...begun];
}

function triplesOf(pattern: string): string[] {
  const letters = Array.from(pattern.slice(1, -1).replace(/\\(.)/gsu, '$1')); // code points, as in SQL
  return letters.slice(2).map((_, i) => letters.slice(i, i + 3).join(''));
}
