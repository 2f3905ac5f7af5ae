import { expect } from 'chai';
import type { Knex } from 'knex';
import { auditActions, auditGroups } from '../../../common/audit/actions';
import { deleteOldEvents } from '../../../common/audit/retention';
import { createDatabase } from '../../../common/database/connect';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';
import { rejection } from '../../support/rejection';

const dayMs = 24 * 3_600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

describe('deleteOldEvents', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;

  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl);
  });
  beforeEach(() => owner('audit_events').delete());
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const add = (action: string, at: Date) =>
    owner('audit_events').insert({ actor: 'system', action, at });
  const left = () => owner('audit_events').orderBy('action').pluck<string[]>('action');

  it('deletes old reads and sign-ins, keeps changes, and says so in the audit', async () => {
    for (const action of [...auditActions, 'OF_ANOTHER_VERSION']) await add(action, daysAgo(4000));
    const { reads, signIns, changes } = auditGroups;
    expect(await deleteOldEvents(db, 90)).to.equal(reads.length + signIns.length);
    const kept = [...changes, 'OF_ANOTHER_VERSION', 'OLD_EVENTS_DELETED'].sort();
    expect(await left()).to.deep.equal(kept);
    const [event] = await owner('audit_events')
      .orderBy('id', 'desc')
      .limit(1)
      .select<{ actor: string; details: { events: number; before: string } }[]>();
    expect(event).to.include({ actor: 'system' });
    expect(event!.details.events).to.equal(reads.length + signIns.length);
    expect(Date.parse(event!.details.before)).to.be.closeTo(daysAgo(90).getTime(), 60_000);
  });

  it('keeps what is not older', async () => {
    await add('LEADS_LISTED', daysAgo(89.9));
    expect(await deleteOldEvents(db, 90)).to.equal(0);
    await add('LEADS_LISTED', daysAgo(90.1));
    expect(await deleteOldEvents(db, 90)).to.equal(1);
    expect(await left()).to.deep.equal(['LEADS_LISTED', 'OLD_EVENTS_DELETED']);
  });

  it('deletes any number, in batches', async () => {
    await owner.raw(
      `insert into audit_events (actor, action, at)
       select 'system', 'LEADS_LISTED', now() - interval '1 year' from generate_series(1, 12000)`,
    );
    expect(await deleteOldEvents(db, 30)).to.equal(12_000);
    const counts = await owner('audit_events').orderBy('id').pluck<{ events: number }[]>('details');
    expect(counts.map(({ events }) => events)).to.deep.equal([5000, 5000, 2000]);
  });

  it('ends between two batches when it is asked to', async () => {
    await add('LEADS_LISTED', daysAgo(400));
    expect(await deleteOldEvents(db, 30, AbortSignal.abort())).to.equal(0);
    expect(await left()).to.deep.equal(['LEADS_LISTED']);
  });

  for (const days of [29, 0, -1, -2_000_000, null, 2_000_000_000]) {
    it(`is refused by the database for ${days} days`, async () => {
      await add('LEADS_LISTED', daysAgo(4000));
      const error = await rejection(db.raw('select audit_delete_old(?)', [days]));
      expect(error).to.have.property('code').that.is.oneOf(['22023', '22008']);
      expect(await left()).to.deep.equal(['LEADS_LISTED']);
    });
  }

  // What somebody with the internal server's login may try, who must not rewrite the audit.
  for (const [name, statement, code] of [
    ['delete', "delete from audit_events where action = 'LEADS_LISTED'", '42501'],
    ['date back', "update audit_events set at = 'epoch'", '42501'],
    ['rename', "update audit_events set action = 'LEADS_LISTED'", '42501'],
    ['set the role of the owner', 'set role lead_owner', '42501'],
    [
      'replace the function',
      'create or replace function audit_delete_old(integer) returns integer language sql as $$ select 1 $$',
      '42501',
    ],
    [
      'another table by the search path',
      'set search_path = pg_temp, public; create temporary table audit_events (id int)',
      '42501',
    ],
  ] as const) {
    it(`gives a stolen login no way to ${name}`, async () => {
      await add('LEAD_DELETED', daysAgo(400));
      await add('LEADS_LISTED', daysAgo(20));
      expect(await rejection(db.raw(statement))).to.have.property('code', code);
      await deleteOldEvents(db, 30);
      expect(await left()).to.deep.equal(['LEADS_LISTED', 'LEAD_DELETED']);
    });
  }

  it('cannot be called by the public login', async () => {
    const strange = createDatabase(database.publicUrl);
    const error = await rejection(strange.raw('select audit_delete_old(90)'));
    await strange.destroy();
    expect(error).to.have.property('code', '42501');
  });
});
