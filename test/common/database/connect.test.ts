import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { createAuditRepository } from '../../../common/audit/repository';
import { createDatabase } from '../../../common/database/connect';
import { isOutage } from '../../../common/database/is-outage';
import { createLeadIntake } from '../../../common/leads/add-lead';
import { createLeadRepository } from '../../../common/leads/repository';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { startProxy } from '../../servers/outages/proxy';
import { createTestDatabase } from '../../support/process/postgres';
import { rejection } from '../../support/rejection';

describe('createDatabase', () => {
  type Statement = (db: Knex, abandon: () => void) => PromiseLike<unknown>;
  const statements: [what: string, Statement][] = [
    ['a raw statement', (db, abandon) => (abandon(), db.raw('select 1'))],
    ['a built one', (db, abandon) => (abandon(), db.select(1))],
    ['BEGIN', (db, abandon) => (abandon(), db.transaction((trx) => trx.raw('select 1')))],
    [
      'a statement of a transaction',
      (db, abandon) => db.transaction((trx) => (abandon(), trx.raw('select 1'))),
    ],
    [
      'COMMIT',
      (db, abandon) =>
        db.transaction((trx) =>
          trx.raw('select 1').then(() => {
            abandon();
          }),
        ),
    ],
  ];
  for (const [what, run] of statements) {
    it(`gives up a connection that dies without a word during ${what}`, async () => {
      const database = await createTestDatabase();
      const url = new URL(database.publicUrl);
      const proxy = await startProxy(Number(url.port));
      url.port = String(proxy.port);
      const db = createDatabase(url.href, { queryTimeoutMs: 1000 });
      await db.raw('select 1');

      const started = performance.now();
      const error = await rejection(
        Promise.resolve(
          run(db, () => {
            proxy.abandon();
          }),
        ),
      );
      expect(error.message).to.match(/timeout|Client was closed/);
      expect(isOutage(error)).to.be.true;
      expect(performance.now() - started).to.be.below(1900); // nothing waits a second time
      await proxy.mend();
      await db.raw('select 1');
      await db.destroy();
      await proxy.close();
      await database.drop();
    });
  }

  it('goes on with its prepared statements when a migration adds columns meanwhile', async () => {
    const database = await createTestDatabase();
    const [facing, internal, owner] = [
      createDatabase(database.publicUrl),
      createDatabase(database.internalUrl),
      createDatabase(database.ownerUrl),
    ];
    const outbox = createOutboxRepository(internal);
    const file = { filename: 'a.pdf', type: 'pdf', bytes: 1, sha256: '0'.repeat(64) } as const;
    async function useAll(): Promise<string[]> {
      const id = randomUUID();
      const resume = { ...file, key: `resumes/${id}` };
      const names = { firstName: 'Ann', lastName: 'Lee', email: `${id}@example.com` };
      const lead = { id, ...names, flaggedReason: null, resume };
      const added = await createLeadIntake(facing).add(lead);
      const found = await createLeadRepository(internal).find(id);
      await createAuditRepository(internal).record({ actor: 'system', action: 'LEADS_EXPORTED' });
      for (const email of await outbox.claim(9, { acknowledgements: 1000, notifications: 1000 }))
        await outbox.markSent(email);
      const emails = await outbox.forLead(id);
      return [added, found!.firstName, ...emails.map(({ state }) => state)];
    }

    const expected = ['STORED', 'Ann', 'SENT', 'SENT'];
    for (let i = 0; i < 6; i++) expect(await useAll()).to.deep.equal(expected); // the sixth is generic
    const prepared = await internal('pg_prepared_statements')
      .pluck<string[]>('name')
      .orderBy('name');
    expect(prepared).to.deep.equal([
      'claim emails',
      'count acknowledgements',
      'count notifications',
      'find lead',
      'record event',
      'record sent email',
    ]);
    for (const table of ['leads', 'outbox', 'audit_events', 'accounts']) {
      await owner.raw('alter table ?? add column more text', [table]);
    }
    expect(await useAll()).to.deep.equal(expected);
    await Promise.all([facing, internal, owner].map((db) => db.destroy()));
    await database.drop();
  });
});
