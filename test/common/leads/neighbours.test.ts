import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import type { LeadListQuery } from '../../../common/leads/list';
import type { Neighbours, PageStart } from '../../../common/leads/neighbours';
import { createLeadRepository, type LeadRepository } from '../../../common/leads/repository';
import { createAccountRepository } from '../../../common/accounts/repository';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

const names = ['Ng', 'Özil', 'Ng', 'ng', 'Ångström', 'Ng'];
const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n));

describe('findNeighbours', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;
  let leads: LeadRepository;
  let ann: string;

  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl);
    leads = createLeadRepository(db);
    const account = { email: 'a@x.example', name: 'Ann', role: 'ATTORNEY', passwordHash: 'x' };
    ann = (await createAccountRepository(owner).create(account as never, 'system'))!.id;
  });

  after(async () => {
    await Promise.all([owner.destroy(), db.destroy()]);
    await database.drop();
  });

  /** Twenty-four leads, of which several share a name, an instant or both. */
  beforeEach(async () => {
    await owner('leads').delete();
    const reached = { state: 'REACHED_OUT', reached_out_at: day(9), reached_out_by: ann };
    for (let i = 0; i < 24; i++) {
      await addLead(owner, {
        last_name: names[i % names.length],
        created_at: day(i % 4),
        ...(i % 3 === 0 && reached),
        flagged_reason: i % 8 === 7 ? 'honeypot' : null,
        assigned_to: i % 2 ? ann : null,
      });
    }
  });

  const base = { flagged: false, sort: 'state', order: 'asc', limit: 4 } as const;
  const views: Record<string, Partial<LeadListQuery>> = {
    'the first view': {},
    'waiting leads': { state: 'PENDING' },
    'leads reached out to, newest first': { state: 'REACHED_OUT', order: 'desc' },
    'names, from the end': { sort: 'last_name', order: 'desc' },
    names: { sort: 'last_name' },
    'the order received': { sort: 'created_at' },
    'one a page': { sort: 'created_at', limit: 1 },
    'flagged leads': { flagged: true },
    'somebody’s leads': { assignedTo: 'Ann', state: 'PENDING' },
    'some days': { receivedFrom: day(1), receivedBefore: day(3) },
    'a search': { q: 'ng', sort: 'last_name' },
    'a search by state': { q: 'carla', state: 'PENDING', order: 'desc' },
  };

  /** The ids of each page of the list, with where the page starts. */
  async function pagesOf(query: LeadListQuery): Promise<[string[], PageStart][]> {
    const pages: [string[], PageStart][] = [];
    for (let start: PageStart | undefined = {}; start;) {
      const { items, next } = await leads.list({ ...query, ...start });
      pages.push([items.map(({ id }) => id), start]);
      start = next ? { after: next } : undefined;
    }
    return pages;
  }

  async function around(query: LeadListQuery, id: string, page: PageStart): Promise<Neighbours> {
    return leads.neighbours({ ...query, ...page }, (await leads.find(id))!);
  }

  /** What the list shows on this page. */
  async function shown(query: LeadListQuery, page: PageStart): Promise<string[]> {
    return (await leads.list({ ...query, ...page })).items.map(({ id }) => id);
  }

  for (const [name, narrowed] of Object.entries(views)) {
    const viewOf = (): LeadListQuery => ({
      ...base,
      ...narrowed,
      ...(narrowed.assignedTo && { assignedTo: ann }), // whose id is not known before
    });

    it(`walks through ${name} forwards and back in the order of the list`, async () => {
      const query = viewOf();
      const pages = await pagesOf(query);
      const all = pages.flatMap(([ids]) => ids);
      expect(all.length).to.be.above(2);
      for (const direction of ['next', 'previous'] as const) {
        const expected = direction === 'next' ? all : all.toReversed();
        const [, start] = direction === 'next' ? pages[0]! : pages.at(-1)!;
        let at: { id: string; page: PageStart } | undefined = { id: expected[0]!, page: start };
        const visited: string[] = [];
        while (at && visited.length <= all.length) {
          const found: Neighbours = await around(query, at.id, at.page);
          visited.push(at.id);
          expect(found.isListed).to.be.true;
          expect(found.page, 'the page stays').to.deep.equal({
            after: undefined,
            before: undefined,
            ...at.page,
          });
          expect(await shown(query, found.page)).to.include(at.id);
          at = found[direction];
        }
        expect(visited).to.deep.equal(expected);
      }
    });

    it(`leads back to a page of ${name} that has the lead, wherever it was opened`, async () => {
      const query = viewOf();
      const pages = await pagesOf(query);
      for (const id of pages.flatMap(([ids]) => ids)) {
        for (const [, start] of [pages[0]!, pages.at(-1)!]) {
          const { page, previous, next } = await around(query, id, start);
          for (const each of [{ id, page }, previous, next]) {
            if (each) expect(await shown(query, each.page)).to.include(each.id);
          }
        }
      }
    });
  }

  it('keeps the place of a lead that was marked, while each is marked in turn', async () => {
    const query = { ...base, state: 'PENDING' } as const;
    const all = (await pagesOf(query)).flatMap(([ids]) => ids);
    const visited: string[] = [];
    for (let at: string | undefined = all[0], page: PageStart = {}; at;) {
      visited.push(at);
      const before = await around(query, at, page);
      await leads.markReachedOut(at, ann);
      const after: Neighbours = await around(query, at, page);
      expect(after.isListed).to.be.false;
      expect(after.next?.id).to.equal(before.next?.id);
      const rows = await shown(query, after.page);
      if (after.next) expect(rows).to.include(after.next.id);
      ({ id: at, page } = after.next ?? { id: undefined, page });
    }
    expect(visited).to.deep.equal(all);
  });

  it('follows the order received, as the list does, where a search finds too many', async () => {
    await owner.raw(
      `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256, created_at)
      select gen_random_uuid(), 'Many', 'Ng' || i % 7, i || '@many.example',
        'resumes/' || gen_random_uuid(), 'a.pdf', 'pdf', 1, repeat('0', 64),
        '2026-02-01'::timestamptz + (i / 3) * interval '1 second'
      from generate_series(1, 10010) as i`,
    );
    const query = { ...base, q: 'many', sort: 'last_name', limit: 25 } as const;
    const { items, isWide } = await leads.list(query);
    expect(isWide).to.be.true;
    const ids = items.map(({ id }) => id);
    for (const [i, id] of ids.slice(0, 5).entries()) {
      const { next, previous } = await around(query, id, {});
      expect(next!.id).to.equal(ids[i + 1]);
      expect(previous?.id).to.equal(ids[i - 1]);
    }
  });
});
