import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { listLeads, type LeadListQuery } from '../../../common/leads/list';
import { partsByName, searchPatterns } from '../../../common/leads/search';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('the search', () => {
  let database: TestDatabase;
  let db: Knex;
  let owner: Knex;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    owner = createDatabase(database.ownerUrl);
  });
  afterEach(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  it('has each lead in one of its parts by name, whatever its name begins with', async () => {
    const names = [
      'a',
      'ab',
      'aaaa',
      'baba',
      'ababb',
      'bbaa',
      'a b',
      'Äb',
      'a_b',
      'a\\b',
      '王',
      '民',
      '\u0301', // an accent alone, of which nothing is left
    ];
    for (const last_name of names)
      for (const first_name of names)
        for (const at of ['ab', 'aaab', 'babba', 'a_b'])
          await addLead(owner, { first_name, last_name, email: `${at}@${last_name}.example` });
    const letters = ['a', 'b', '_', '\\', '民', '王'];
    const pairs = letters.flatMap((first) => letters.map((second) => first + second));
    const longer = pairs.flatMap((pair) => [`${pair}a`, `b${pair}`, `a${pair}b`, `${pair} ab`]);
    for (const q of [...letters, ...pairs, ...longer, 'aaa aab', 'baba abab @a']) {
      const patterns = await searchPatterns(db, q);
      const leads = db('leads').select('leads.id').whereNull('leads.flagged_reason');
      const inParts = await Promise.all(partsByName(leads, patterns));
      const found = leads.clone();
      for (const pattern of patterns) found.whereLike('search_text', pattern);
      const ids = (rows: unknown) => (rows as { id: string }[]).map(({ id }) => id).sort();
      expect(ids(inParts.flat()), q).to.deep.equal(ids(await found));
    }
  });

  it('shows very many, who stand together by name, in order and to the last page', async () => {
    await owner.raw(
      `alter table leads disable trigger leads_queue_mails;
      alter table leads disable trigger leads_refuse_other_content;
      insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256)
      select gen_random_uuid(), 'First', (array['Miller', 'Tamil', 'Mil', 'Other'])[1 + i % 4] || i % 300,
        'mil' || i || '@example.com', 'resumes/' || gen_random_uuid(), 'cv.pdf', 'pdf', 1,
        repeat('0', 64) from generate_series(1, 10300) as i;
      analyze leads`,
    );
    for (const order of ['asc', 'desc'] as const) {
      const expected = await owner<{ id: string }>('leads')
        .orderBy(['sort_name', 'created_at', 'id'].map((column) => ({ column, order })))
        .pluck('id');
      const query: LeadListQuery = {
        q: 'mil',
        flagged: false,
        sort: 'last_name',
        order,
        limit: 2000,
      };
      const seen: string[] = [];
      let page = await listLeads(db, query);
      expect(page).to.include({ total: 10_000, totalIsExact: false, prev: null });
      for (;;) {
        seen.push(...page.items.map(({ id }) => id));
        if (!page.next) break;
        page = await listLeads(db, { ...query, after: page.next });
      }
      expect(seen).to.deep.equal(expected);
      const before = await listLeads(db, { ...query, before: page.prev! });
      expect(before.items.map(({ id }) => id)).to.deep.equal(expected.slice(8000, 10_000));
    }
  });
});
