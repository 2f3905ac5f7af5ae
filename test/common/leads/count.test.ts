import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { narrowTo, type Narrow } from '../../../common/leads/filter';
import { listLeads } from '../../../common/leads/list';
import { areMore, areSurelyMore } from '../../../common/leads/count';
import { searchPatterns } from '../../../common/leads/search';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

const leads = 12_000; // in some 440 blocks
const limit = 40;

describe('counting leads', () => {
  let database: TestDatabase;
  let db: Knex;
  let owner: Knex;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    owner = createDatabase(database.ownerUrl);
    await owner.raw(
      `alter table leads disable trigger leads_queue_mails;
      alter table leads disable trigger leads_refuse_other_content;
      insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256, state, reached_out_at)
      select gen_random_uuid(), case when i % 4 = 0 then 'Anna' else 'Bo' end,
        case when i % (${leads} / ${limit}) = 0 then 'Spread'
          when i between 2001 and 3004 then 'Heaped'
          when i between 5001 and 5101 then 'Together' else 'Other' end,
        'lead' || i || '@example.com', 'resumes/' || gen_random_uuid(), 'cv.pdf', 'pdf', 1,
        repeat('0', 64), 'PENDING', null
      from generate_series(1, ${leads}) as i;
      analyze leads`,
    );
  });

  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  async function answers(q: string, times: number, atMost = limit): Promise<boolean[]> {
    const narrow = narrowTo({ flagged: false }, await searchPatterns(db, q));
    const asked = Array.from({ length: times }, () => areSurelyMore(db, narrow, atMost));
    return Promise.all(asked);
  }

  it('sees that a common word is found more often', async () => {
    for (const q of ['anna', 'example.com', 'anna other']) {
      expect(await answers(q, 20), q).to.not.include(false);
    }
  });

  it('never takes just so many for more, though each lies in a block of its own', async () => {
    expect(await answers('spread', 200)).to.not.include(true);
  });

  it('never takes just so many for more, when they lie together in a few blocks', async () => {
    expect(await answers('together', 200, 100)).to.not.include(true);
  });

  it('leaves the count to others in a table that is too small for it', async () => {
    expect(await answers('example.com', 5, 10_000)).to.not.include(true);
    expect(await answers('example.com', 5, 400)).to.not.include(true);
  });

  it('counts where many are expected and the sample cannot tell', async () => {
    const all = narrowTo({ flagged: false });
    const none: Narrow = (leads) => void leads.whereRaw("left(leads.email, 4) <> 'lead'");
    for (const narrow of [all, none]) {
      expect(await areSurelyMore(db, narrow, 11_000)).to.equal(false);
      expect(await areMore(db, narrow, 11_000)).to.equal(narrow === all);
    }
  });

  it('counts exactly up to ten thousand', async () => {
    const query = { flagged: false, sort: 'state', order: 'asc', limit: 1 } as const;
    const found = await listLeads(db, { ...query, q: 'heaped' });
    expect(found).to.include({ total: 1000, totalIsExact: true });
    const after = await listLeads(db, { ...query, q: 'heaped', limit: 100, after: found.next! });
    expect(after).to.include({ total: 1000, totalIsExact: true });
    expect(after.items).to.have.length(100);
    const all = await listLeads(db, { ...query, q: 'example.com' });
    expect(all).to.include({ total: 10_000, totalIsExact: false });
  });

  it('counts what is found before a page that is empty', async () => {
    const query = { q: 'heaped', flagged: false, sort: 'state', order: 'asc', limit: 10 } as const;
    const last = { value: 'REACHED_OUT', createdAt: '2100-01-01T00:00:00.000Z', id: noId };
    const page = await listLeads(db, { ...query, after: last });
    expect(page).to.deep.include({ items: [], total: 1000, totalIsExact: true });
  });
});

const noId = '00000000-0000-0000-0000-000000000000';
