import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { mailbox } from '../../../common/outbox/mailbox';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

const spellings: [string, string][] = [
  ['carla@example.com', 'carla@example.com'],
  ['Carla@EXAMPLE.com', 'carla@example.com'],
  ['carla+news@example.com', 'carla@example.com'],
  ['carla+a+b+@example.com', 'carla@example.com'],
  ['carla+@example.com', 'carla@example.com'],
  ['+carla@example.com', '+carla@example.com'],
  ['+carla+x@example.com', '+carla+x@example.com'],
  ['car.la@example.com', 'car.la@example.com'],
  ['car.la@notgmail.com', 'car.la@notgmail.com'],
  ['car.la@gmail.com.example', 'car.la@gmail.com.example'],
  ['carla-x=y@example.com', 'carla-x=y@example.com'],
  ['carla@sub+tag.example', 'carla@sub+tag.example'],
  ['carla@gmail.com', 'carla@gmail.com'],
  ['C.Ar.la@Gmail.com', 'carla@gmail.com'],
  ['carla+x.y@googlemail.com', 'carla@gmail.com'],
  ['c.a.r.l.a.+x@GOOGLEMAIL.com', 'carla@gmail.com'],
];

describe('mailbox', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;
  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl);
  });
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  for (const [address, expected] of spellings) {
    it(`reads ${address} as ${expected}`, async () => {
      const { rows } = await db.raw<{ rows: { found: string }[] }>(
        `select ${mailbox('email')} as found from (select ?::text as email) as given`,
        [address],
      );
      expect(rows[0]?.found).to.equal(expected);
    });
  }

  it('gives four spellings of one mailbox one acknowledgement', async () => {
    for (const email of [
      'carla.moreno@gmail.com',
      'carlamoreno+1@gmail.com',
      'Carla.M.oreno@googlemail.com',
      'CARLAMORENO@gmail.com',
    ]) {
      await addLead(owner, { email });
    }
    const emails = await createOutboxRepository(db).claim(16);
    const repeated = emails.filter(({ kind }) => kind === 'ACKNOWLEDGEMENT');
    expect(repeated.map(({ isRepeated }) => isRepeated).sort()).to.deep.equal([
      false,
      ...[true, true, true],
    ]);
  });

  it('is what the index of the leads holds, so that it finds one of many', async () => {
    await owner.raw(`insert into leads (id, first_name, last_name, email, resume_key,
        resume_filename, resume_type, resume_bytes, resume_sha256)
      select id, 'Ann', 'Lee', id || '@example.com', 'resumes/' || id, 'a.pdf', 'pdf', 1,
        repeat('0', 64) from (select gen_random_uuid() as id from generate_series(1, 2000)) as ids`);
    await owner.raw('analyze leads');
    const { rows } = await db.raw<{ rows: Record<string, string>[] }>(
      `explain select from leads where ${mailbox('leads.email')} = ?`,
      ['carla@example.com'],
    );
    expect(JSON.stringify(rows)).to.include('leads_by_mailbox');
  });
});
