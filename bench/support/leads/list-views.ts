import type { Client } from 'pg';
import { encodeCursor } from '../../../internal-server/http/cursor';

export interface View {
  name: string;
  kind: 'list' | 'search' | 'lead';
  path: string;
}

const perPage = 25;

/** The pages that an attorney opens, as a browser requests them. */
export async function listViews(client: Client, leads: number): Promise<View[]> {
  const page = Math.min(3000, Math.floor(leads / 30));
  const deep = await cursorAt(client, page, 'state');
  const deepByName = await cursorAt(client, page, 'last_name');
  const { rows } = await client.query<{ id: string }>(
    'select id from leads where flagged_reason is null order by created_at limit 1',
  );
  const id = rows[0]?.id ?? '';
  const twoDays = `from=${daysAgo(3)}&to=${daysAgo(2)}`;
  const list = {
    'first page': '',
    'first page of all': 'state=ALL',
    'deep page': `state=ALL&after=${deep}`,
    'deep page by name': `state=ALL&sort=last_name&after=${deepByName}`,
    'by name': 'state=ALL&sort=last_name',
    'by name, descending': 'state=ALL&sort=last_name&order=desc',
    'newest first': 'state=ALL&sort=created_at&order=desc',
    overdue: 'overdue=true',
    unopened: 'unopened=true',
    'reached out, newest first': 'state=REACHED_OUT&order=desc',
    mine: 'assigned=me',
    "nobody's": 'state=ALL&assigned=nobody',
    flagged: 'flagged=true',
    'two days': `state=ALL&${twoDays}`,
    'two days by name': `state=ALL&${twoDays}&sort=last_name`,
    'before last year': `state=ALL&to=${daysAgo(365)}&order=desc`,
  };
  const search = {
    'rare word': 'q=quixwell',
    'common word': 'q=muller',
    'common word by name': 'q=muller&sort=last_name&order=desc',
    'in one of a hundred': 'q=777',
    'in every lead': 'q=example.com',
    'two common words': 'q=muller+anna',
    'two words, none together': 'q=quixwell+nobodyhere',
    'two letters': 'q=qu',
    'nothing found': 'q=zzzzzz',
    reference: `q=${id.slice(0, 8)}`,
    'all at once': `q=muller&state=PENDING&assigned=me&from=${daysAgo(200)}&sort=last_name`,
  };
  const asView =
    (kind: View['kind']) =>
    ([name, query]: [string, string]) => ({
      name,
      kind,
      path: `/leads?${query}`,
    });
  return [
    ...Object.entries(list).map(asView('list')),
    ...Object.entries(search).map(asView('search')),
    { name: 'one lead', kind: 'lead', path: `/leads/${id}` },
  ];
}

async function cursorAt(
  client: Client,
  page: number,
  sort: 'state' | 'last_name',
): Promise<string> {
  const column = sort === 'state' ? 'state' : 'sort_name';
  const { rows } = await client.query<{ value: string; created_at: Date; id: string }>(
    `select ${column} as value, created_at, id from leads where flagged_reason is null
    order by ${column}, leads.created_at, leads.id offset ${page * perPage - 1} limit 1`,
  );
  const [row] = rows;
  if (!row) throw new Error('There are too few leads');
  const { value, created_at, id } = row;
  return encodeCursor({ sort, values: [value, created_at.toISOString(), id] });
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
