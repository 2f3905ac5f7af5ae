import type { Knex } from 'knex';
import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { createDatabase } from '../common/database';
import { listen } from '../common/http/listen';
import { encodeCursor } from '../internal-server/lead-cursor';
import { password, startInternalApp, type InternalFixture } from '../test/support/internal-app';
import { stopTestPostgres } from '../test/support/postgres';

/**
 * The worklist with many leads, through HTTP as a browser asks for it:
 * `npm run bench -- [leads] [requests of each kind]`. Times in milliseconds.
 */
async function main(): Promise<void> {
  const leads = Number(process.argv[2] ?? 100_000);
  const requests = Number(process.argv[3] ?? 100);
  const fixture = await startInternalApp();
  const listener = await listen(fixture.app, { host: '127.0.0.1', port: 0 });
  try {
    await fill(fixture, leads);
    const { port } = listener.server.address() as { port: number };
    const urls = await views(fixture, leads);
    console.log(`${leads} leads, ${requests} requests of each kind, one after the other`);
    for (const [name, url] of Object.entries(urls)) {
      const times = await measure(port, url, fixture.ann.email, requests);
      const at = (share: number) =>
        (times[Math.floor(share * times.length)] ?? NaN).toFixed(0).padStart(5);
      console.log(`${name.padEnd(34)} p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(0.999)}`);
    }
  } finally {
    await listener.close(0);
    await fixture.close();
    await stopTestPostgres();
  }
}

/** Names repeat as in life: some are common, one in ten thousand is rare. */
async function fill({ database, ann }: InternalFixture, leads: number): Promise<void> {
  const db = createDatabase(database.ownerUrl, { queryTimeoutMs: 600_000 });
  const batch = 2000; // the trigger holds a lock for each row until the end of the transaction
  for (let from = 1; from <= leads; from += batch) {
    const to = Math.min(leads, from + batch - 1);
    await db.raw(
      `insert into leads (id, first_name, last_name, email, flagged_reason, resume_key,
      resume_filename, resume_type, resume_bytes, resume_sha256, created_at, state,
      reached_out_at, reached_out_by, assigned_to)
    select id, first, last, lower(last) || i || '@example.com',
      case when i % 97 = 0 then 'honeypot' end, 'resumes/' || id, 'resume.pdf', 'pdf', 100000,
      repeat('0', 64), at, (case when done then 'REACHED_OUT' else 'PENDING' end)::lead_state,
      case when done then at + interval '5 hours' end, case when done then ?::uuid end,
      case when i % 7 = 0 then ?::uuid end
    from (select i, gen_random_uuid() as id, i % 5 > 0 as done,
      (array['Anna','Maria','Zoë','Paul','Omar','Lin','Chidi','Olga','Ravi','Sean'])[1 + i * 7 % 10]
        as first,
      case when i % 10000 = 77 then 'Quixwell' else (array['Müller','Smith','García','Nguyễn',
        'Kowalski','Okafor','Tanaka','Silva'])[1 + i * 11 % 8] || (i / 50) end as last,
      now() - (? - i) * interval '5 minutes' as at
      from generate_series(?::int, ?::int) as i) as people`,
      [ann.id, ann.id, leads, from, to],
    );
  }
  await db.raw('vacuum analyze');
  await db.destroy();
}

async function views({ owner }: InternalFixture, leads: number): Promise<Record<string, string>> {
  const page = Math.min(3000, Math.floor(leads / 30));
  const [after, nameAfter] = [
    await cursorAt(owner, page, 'state'),
    await cursorAt(owner, page, 'last_name'),
  ];
  const [{ reference } = { reference: '' }] = await owner('leads')
    .orderBy('created_at')
    .limit(1)
    .select<{ reference: string }[]>(owner.raw('left(id::text, 8) as reference'));
  return {
    'first page': '/leads',
    [`page ${page}`]: `/leads?after=${after}`,
    [`page ${page} by name`]: `/leads?sort=last_name&after=${nameAfter}`,
    'by name': '/leads?sort=last_name',
    'by name, descending': '/leads?sort=last_name&order=desc',
    'newest first': '/leads?sort=created_at&order=desc',
    waiting: '/leads?state=PENDING',
    'reached out, newest first': '/leads?state=REACHED_OUT&order=desc',
    mine: '/leads?assigned=me',
    "nobody's": '/leads?assigned=nobody',
    flagged: '/leads?flagged=true',
    'a week': `/leads?from=${daysAgo(67)}&to=${daysAgo(60)}`,
    'a week by name': `/leads?from=${daysAgo(67)}&to=${daysAgo(60)}&sort=last_name`,
    'a year ago': `/leads?to=${daysAgo(300)}&order=desc`,
    'rare word': '/leads?q=quixwell',
    'common word': '/leads?q=muller',
    'common word by name': '/leads?q=muller&sort=last_name&order=desc',
    'in every lead': '/leads?q=example.com',
    'two common words': '/leads?q=muller+anna',
    'two words, none together': '/leads?q=quixwell+nobodyhere',
    'one letter': '/leads?q=z',
    'two letters': '/leads?q=qu',
    'nothing found': '/leads?q=zzzzzz',
    reference: `/leads?q=${reference}`,
    'all at once': `/leads?q=muller&state=PENDING&assigned=me&from=${daysAgo(200)}&sort=last_name`,
  };
}

async function cursorAt(db: Knex, page: number, sort: 'state' | 'last_name'): Promise<string> {
  const column = sort === 'state' ? 'state' : 'sort_name';
  const row = await db('leads')
    .whereNull('flagged_reason')
    .orderBy([column, 'created_at', 'id'])
    .offset(page * 25 - 1)
    .first<{ value: string; created_at: Date; id: string } | undefined>(
      { value: column },
      'created_at',
      'id',
    );
  if (!row) throw new Error('There are too few leads');
  const { value, created_at, id } = row;
  return encodeCursor({ value, createdAt: created_at.toISOString(), id }, sort);
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

async function measure(port: number, path: string, email: string, requests: number) {
  const agent = new Agent({ keepAlive: true });
  const auth = `${email}:${password}`;
  const once = () =>
    new Promise<number>((resolve, reject) => {
      const started = performance.now();
      get({ host: '127.0.0.1', port, path, auth, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`));
        response.resume().on('end', () => {
          resolve(performance.now() - started);
        });
      }).on('error', reject);
    });
  for (let i = 0; i < 3; i++) await once();
  const times = [];
  for (let i = 0; i < requests; i++) times.push(await once());
  agent.destroy();
  return times.sort((a, b) => a - b);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
