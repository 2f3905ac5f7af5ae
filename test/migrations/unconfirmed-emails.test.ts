import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import { migrationConfig } from '../../migrations/config';
import { hashAddress } from '../../common/outbox/recipients';
import { addLead } from '../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';

describe('011_unconfirmed_emails', () => {
  let database: TestDatabase;
  let db: Knex;
  before(async () => {
    process.env.ALLOW_DATA_LOSS = 'yes';
    database = await createTestDatabase();
    const log = { warn: () => undefined };
    db = knex({ ...migrationConfig, connection: database.ownerUrl, log });
    while ((await last()) !== '011_unconfirmed_emails') await db.migrate.down();
  });
  after(async () => {
    delete process.env.ALLOW_DATA_LOSS;
    await db.destroy();
    await database.drop();
  });

  const last = async () =>
    (await db('knex_migrations').max('name as name').first())?.name as string;

  it('leaves an earlier version nothing to send again that somebody got, or may have got', async () => {
    const expected = new Map<string, string>();
    for (const [state, recipient, after] of [
      ['UNKNOWN', undefined, 'FAILED'],
      ['QUEUED', 'SENT', 'FAILED'],
      ['QUEUED', 'UNKNOWN', 'FAILED'],
      ['QUEUED', 'QUEUED', 'QUEUED'],
      ['QUEUED', undefined, 'QUEUED'],
      ['SENT', 'FAILED', 'SENT'],
    ] as const) {
      const lead_id = await addLead(db);
      await db('outbox').where({ lead_id }).update({ state });
      const notification = db('outbox').where({ lead_id, kind: 'NOTIFICATION' });
      const [id = ''] = await notification.pluck<string[]>('id');
      const address_hash = Buffer.from(hashAddress('ann@lee.example'), 'hex');
      const row = { outbox_id: id, address_hash, state: recipient };
      if (recipient) await db('outbox_recipients').insert(row);
      expected.set(id, after);
    }
    await db.migrate.down();
    for (const [id, state] of expected) {
      expect(await db('outbox').where({ id }).first('state')).to.deep.equal({ state });
    }
    await db.migrate.latest();
    expect(await db('outbox').pluck('unanswered')).to.deep.equal(Array(12).fill(null));
  });
});
