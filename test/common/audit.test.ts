import { expect } from 'chai';
import type { Knex } from 'knex';
import { createAccountRepository } from '../../common/accounts';
import { createAuditRepository } from '../../common/audit';
import { createDatabase } from '../../common/database';
import { createLeadRepository } from '../../common/leads';
import { addLead } from '../support/leads';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

describe('the audit of a lead', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;
  let leadId: string;
  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl);
    const account = { email: 'ann@firm.example', name: 'Ann', role: 'ADMIN' } as const;
    const accounts = createAccountRepository(db);
    const ann = await accounts.create({ ...account, passwordHash: 'hash' }, 'system');
    const leads = createLeadRepository(db);
    leadId = await addLead(owner);
    await leads.markReachedOut(leadId, ann!.id);
    await createAuditRepository(db).record({ actor: ann!.id, action: 'LEAD_OPENED', leadId });
    await leads.reopen(leadId, ann!.id, 'Carla did not answer');
    await leads.markReachedOut(await addLead(owner), ann!.id);
  });
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const changes = async () =>
    (await createAuditRepository(db).stateChanges(leadId)).map(({ action, by, reason }) => [
      action,
      by,
      reason,
    ]);

  it('shows the changes of its state, newest first, with who and why', async () => {
    expect(await changes()).to.deep.equal([
      ['REOPENED', 'Ann', 'Carla did not answer'],
      ['REACHED_OUT', 'Ann', null],
    ]);
  });

  it('outlives the lead, but the words about the person do not', async () => {
    await db('leads').where({ id: leadId }).delete();
    expect(await changes()).to.deep.equal([
      ['REOPENED', 'Ann', null],
      ['REACHED_OUT', 'Ann', null],
    ]);
    expect(JSON.stringify(await owner('audit_events'))).to.not.include('Carla');
  });
});
