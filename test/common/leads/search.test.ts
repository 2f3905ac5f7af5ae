import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { listLeads, type LeadListQuery, type LeadPage } from '../../../common/leads/list';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('listLeads, searching', () => {
  let database: TestDatabase;
  let db: Knex;
  let owner: Knex;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    owner = createDatabase(database.ownerUrl);
    await owner.raw(
      `alter table leads disable trigger leads_queue_mails,
        disable trigger leads_refuse_other_content`,
    );
  });

  beforeEach(() => owner('leads').delete());

  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  /** Adds leads whose names, states and instants repeat, in no order of any of them. */
  async function addMany(leads: number, firstName = 'Mila'): Promise<void> {
    await owner.raw(
      `insert into leads (id, first_name, last_name, email, created_at, resume_key,
        resume_filename, resume_type, resume_bytes, resume_sha256)
      select gen_random_uuid(), ?, (array['Miller', 'Tamil', 'Öz', 'Other'])[1 + i % 4] || i % 300,
        i || '@example.com', now() - i * 7 % 1000 * interval '1 second',
        'resumes/' || gen_random_uuid(), 'cv.pdf', 'pdf', 1, repeat('0', 64)
      from generate_series(1, ?) as i`,
      [firstName, leads],
    );
    await owner.raw('analyze leads');
  }

  const byName = ['sort_name', 'created_at', 'id'];
  const asReceived = ['created_at', 'id'];
  const sorted = (columns: string[], order: 'asc' | 'desc' = 'asc') =>
    owner('leads')
      .orderBy(columns.map((column) => ({ column, order })))
      .pluck<string[]>('id');
  const idsOf = ({ items }: LeadPage) => items.map(({ id }) => id);

  const query: LeadListQuery = {
    q: 'mil',
    flagged: false,
    sort: 'last_name',
    order: 'desc',
    limit: 2000,
  };

  /** Returns all pages from this one on, by `next`. */
  async function pagesFrom(first: LeadPage, asked = query): Promise<LeadPage[]> {
    const pages = [first];
    for (let next = first.next; next; next = pages.at(-1)!.next) {
      pages.push(await listLeads(db, { ...asked, after: next }));
    }
    return pages;
  }

  it('sorts 10,000 matches as asked, and lists one more in the order received', async () => {
    await addMany(10_000);
    const exact = await listLeads(db, query);
    expect(exact).to.include({ total: 10_000, totalIsExact: true, isWide: false, prev: null });
    expect(idsOf(exact)).to.deep.equal((await sorted(byName, 'desc')).slice(0, 2000));
    await addMany(1);
    const wide = await listLeads(db, query);
    expect(wide).to.include({ total: 10_000, totalIsExact: false, isWide: true, prev: null });
    expect(idsOf(wide)).to.deep.equal((await sorted(asReceived)).slice(0, 2000));
  });

  for (const sort of ['state', 'created_at', 'last_name'] as const) {
    it(`pages a wide search both ways in the order received, with sort=${sort}`, async () => {
      await addMany(10_300);
      const asked = { ...query, sort };
      const expected = await sorted(asReceived);
      const forward = await pagesFrom(await listLeads(db, asked), asked);
      expect(forward.flatMap(idsOf)).to.deep.equal(expected);
      for (const page of forward) {
        expect(page).to.include({ total: 10_000, totalIsExact: false, isWide: true });
      }
      const back = [forward.at(-1)!];
      for (let prev = back[0]!.prev; prev; prev = back[0]!.prev) {
        back.unshift(await listLeads(db, { ...asked, before: prev }));
      }
      expect(back.map(idsOf)).to.deep.equal(forward.map(idsOf));
    });
  }

  it('pages what it finds both ways in the order asked', async () => {
    await addMany(500, 'Anna');
    await addMany(300);
    const asked = { ...query, q: 'mila 1', limit: 40 };
    const first = await listLeads(db, asked);
    const forward = await pagesFrom(first, asked);
    const found = forward.flatMap(idsOf);
    const matches = new Set(
      await owner('leads')
        .whereLike('search_text', '%mila%')
        .whereLike('search_text', '% 1%')
        .pluck('id'),
    );
    expect(matches.size).to.be.above(100);
    expect(found).to.deep.equal((await sorted(byName, 'desc')).filter((id) => matches.has(id)));
    expect(first).to.include({ total: matches.size, totalIsExact: true });
    const back = await listLeads(db, { ...asked, before: forward[2]!.prev! });
    expect(back).to.deep.equal(forward[1]);
  });

  it('keeps to its order when the search becomes wide between two pages', async () => {
    await addMany(10_000);
    const there = await sorted(byName, 'desc');
    const first = await listLeads(db, query);
    await addMany(200);
    const pages = await pagesFrom(first);
    expect(pages[1]).to.include({ isWide: true });
    const known = new Set(there);
    expect(pages.flatMap(idsOf).filter((id) => known.has(id))).to.deep.equal(there);
  });

  it('keeps to its order when the search ceases to be wide between two pages', async () => {
    await addMany(10_100);
    const first = await listLeads(db, query);
    const expected = await sorted(asReceived);
    const gone = new Set(expected.slice(-200));
    await owner('leads')
      .whereIn('id', [...gone])
      .delete();
    const pages = await pagesFrom(first);
    expect(pages[1]).to.include({ total: 9900, totalIsExact: true, isWide: false });
    expect(pages.flatMap(idsOf)).to.deep.equal(expected.filter((id) => !gone.has(id)));
  });

  it('counts only what the other filters leave, to tell whether the search is wide', async () => {
    await addMany(10_001);
    const filtered = await listLeads(db, {
      ...query,
      receivedFrom: new Date(Date.now() - 500_000),
    });
    expect(filtered).to.include({ totalIsExact: true, isWide: false });
    expect(filtered.total).to.be.within(4000, 6000);
    expect(await listLeads(db, { ...query, state: 'PENDING' })).to.include({ isWide: true });
  });

  it('counts what is found before a page that is empty', async () => {
    await addMany(30);
    const last = await listLeads(db, { ...query, sort: 'state', order: 'asc', limit: 30 });
    const { id, createdAt } = last.items.at(-1)!;
    const after = { sort: 'state', values: ['REACHED_OUT', createdAt.toISOString(), id] };
    const page = await listLeads(db, { ...query, sort: 'state', order: 'asc', after });
    expect(page).to.deep.include({ items: [], total: 30, totalIsExact: true, isWide: false });
  });
});
