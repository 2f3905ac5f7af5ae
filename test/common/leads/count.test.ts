import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { count } from '../../../common/leads/count';
import { narrowTo } from '../../../common/leads/filter';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('count', () => {
  let database: TestDatabase;
  let db: Knex;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    const owner = createDatabase(database.ownerUrl);
    for (const flagged_reason of [null, null, null, 'honeypot']) {
      await addLead(owner, { flagged_reason });
    }
    await owner.destroy();
  });

  after(async () => {
    await db.destroy();
    await database.drop();
  });

  it('is exact up to the limit, and one more above it', async () => {
    const counts = [1, 2, 3, 4].map((limit) => count(db, narrowTo({ flagged: false }), limit));
    expect(await Promise.all(counts)).to.deep.equal([2, 3, 3, 3]);
    expect(await count(db, narrowTo({ flagged: true }), 4)).to.equal(1);
  });
});
