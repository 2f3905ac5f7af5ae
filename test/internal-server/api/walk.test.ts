import { expect } from 'chai';
import { ask, tokenOf } from '../../support/api/requests';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

interface Page {
  items: { id: string }[];
  next: string | null;
  prev: string | null;
  total: number;
  total_is_exact: boolean;
}

const base = 'http://desk.example:3001';

describe('GET /api/leads, followed by next', () => {
  let fixture: InternalFixture;
  let token: string;

  before(async () => {
    fixture = await startInternalApp();
    token = await tokenOf(fixture, fixture.ann);
    for (let batch = 0; batch < 5; batch++) await insert(2000, 86_400);
  });

  after(async () => {
    await fixture.close();
  });

  /** Inserts leads with few different names and times, so that pages end between equal ones. */
  async function insert(count: number, secondsAgo: number): Promise<void> {
    await fixture.owner.raw(
      `insert into leads (id, first_name, last_name, email, state, reached_out_at, reached_out_by,
         created_at, resume_key, resume_filename, resume_type, resume_bytes, resume_sha256)
       select gen_random_uuid(), 'Carla', 'Moreno ' || n % 7, 'carla@example.com',
         (case when n % 3 = 0 then 'REACHED_OUT' else 'PENDING' end)::lead_state,
         case when n % 3 = 0 then now() end, case when n % 3 = 0 then ?::uuid end,
         date_trunc('second', now()) - (? + n % 20) * interval '1 second',
         'resumes/' || gen_random_uuid(), 'cv.pdf', 'pdf', 1, repeat('0', 64)
       from generate_series(1, ?) as n`,
      [fixture.bob.id, secondsAgo, count],
    );
  }

  async function read(url: string): Promise<Page> {
    expect(url.startsWith(`${base}/api/leads?`), url).to.be.true;
    const answer = await ask(fixture.app, 'get', url.slice(base.length), token);
    expect(answer.status, answer.text).to.equal(200);
    return answer.body as Page;
  }

  for (const query of [
    '',
    'sort=created_at',
    'sort=last_name',
    'order=desc',
    'q=Moreno',
    'q=Moreno&sort=last_name&order=desc',
  ]) {
    it(`lists each of 10,000 once while 500 more arrive, with ${query || 'nothing set'}`, async () => {
      const there = await fixture.owner('leads').pluck<string[]>('id');
      expect(there.length).to.be.at.least(10_000);
      const met: string[] = [];
      let arrived = 0;
      let url: string | null = `${base}/api/leads?limit=100&${query}`;
      while (url !== null) {
        const page = await read(url);
        met.push(...page.items.map(({ id }) => id));
        ({ next: url } = page);
        if (arrived < 500) {
          await insert(5, arrived % 2 ? 0 : 86_400); // before and after the reader
          arrived += 5;
        }
      }
      expect(arrived).to.equal(500);
      const once = new Set(met);
      expect(once.size, 'some were met twice').to.equal(met.length);
      const missed = there.filter((id) => !once.has(id));
      expect(missed, 'some were missed').to.deep.equal([]);
    }).timeout(60_000);
  }

  it('returns by prev to the page it came from', async () => {
    const first = await read(`${base}/api/leads?limit=3`);
    expect(first.prev).to.equal(null);
    const second = await read(first.next!);
    expect((await read(second.prev!)).items).to.deep.equal(first.items);
  });

  it('lists what more than 10,000 match in the order received, and keeps the view', async () => {
    const query = 'limit=100&q=Moreno&sort=last_name&order=desc';
    const first = await read(`${base}/api/leads?${query}`);
    const second = await read(first.next!);
    const expected = fixture.owner('leads').orderBy(['created_at', 'id']).limit(200).pluck('id');
    expect([...first.items, ...second.items].map(({ id }) => id)).to.deep.equal(await expected);
    expect([first.total, first.total_is_exact]).to.deep.equal([10_000, false]);
    for (const [name, value] of new URLSearchParams(query)) {
      expect(new URL(second.prev!).searchParams.get(name), name).to.equal(value);
    }
    expect((await read(second.prev!)).items).to.deep.equal(first.items);
  });

  it('says where counting stopped', async () => {
    const { total, total_is_exact: isExact } = await read(`${base}/api/leads?limit=1`);
    expect([total, isExact]).to.deep.equal([10_000, false]);
  });
});
