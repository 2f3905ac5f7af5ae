import { createInterface } from 'node:readline';
import { Client } from 'pg';

const { API_URL = '', CREDENTIALS = '', DATABASE_URL = '' } = process.env;
const withinMs = 10_000;

/** Runs in the internal zone: does for each line of input what its servers and attorneys do. */
async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  while (!(await lines.next()).done) {
    const failed: string[] = [];
    for (const [name, work] of Object.entries({
      list: readList,
      note: addNote,
      connection: signIn,
    })) {
      const problem = await work().catch(String);
      if (problem !== undefined) failed.push(`${name}: ${problem}`);
    }
    console.log(JSON.stringify({ outcome: failed.join(', ') || 'works' }));
  }
}

async function request(path: string, body?: object): Promise<Response> {
  return fetch(API_URL + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      Authorization: `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMs),
  });
}

async function readList(): Promise<string | undefined> {
  const { status } = await request('/leads');
  return status === 200 ? undefined : String(status);
}

async function addNote(): Promise<string | undefined> {
  const list = await request('/api/leads?limit=1');
  if (list.status !== 200) return String(list.status);
  const { items } = (await list.json()) as { items: { id: string }[] };
  const { status } = await request(`/api/leads/${items[0]?.id}/notes`, { text: 'under siege' });
  return status === 201 ? undefined : String(status);
}

async function signIn(): Promise<string | undefined> {
  const client = new Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: withinMs });
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? 'no answer';
  }
}

void main();
