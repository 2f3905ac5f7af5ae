import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { createNewsRepository } from '../../../common/leads/news';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('the news of a database with many leads', () => {
  let database: TestDatabase;
  let db: Knex;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    const owner = createDatabase(database.ownerUrl);
    await owner.raw(`insert into leads (id, first_name, last_name, email, resume_key,
        resume_filename, resume_type, resume_bytes, resume_sha256, created_at)
      select gen_random_uuid(), 'A', 'B', 'a@example.com', 'resumes/' || gen_random_uuid(),
        'cv.pdf', 'pdf', 1, repeat('0', 64), now() - interval '1 minute' * i
      from generate_series(1, 10000) as i`);
    await owner.raw('analyze leads');
    await owner.destroy();
  });

  after(async () => {
    await db.destroy();
    await database.drop();
  });

  type News = ReturnType<typeof createNewsRepository>;
  for (const [what, ask, count] of [
    ['are begun', async (news: News) => (await news.start()).known, 0],
    ['are counted', (news: News) => news.arrived(new Date(Date.now() - 90_000)), 1],
    ['are counted for who comes late', (news: News) => news.arrived(new Date(0)), 1000],
  ] as const) {
    it(`${what} without reading all leads`, async () => {
      await db.transaction(async (trx) => {
        await trx.raw('set local plan_cache_mode = force_generic_plan'); // as it may come to be
        expect(await ask(createNewsRepository(trx))).to.equal(count);
        const table = trx('pg_stat_xact_user_tables').where({ relname: 'leads' });
        expect(await table.first('seq_tup_read')).to.deep.equal({ seq_tup_read: '0' });
      });
    });
  }
});
