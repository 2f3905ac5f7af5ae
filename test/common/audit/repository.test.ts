import { expect } from 'chai';
import type { Knex } from 'knex';
import { createAccountRepository } from '../../../common/accounts/repository';
import { createAuditRepository, type AuditRepository } from '../../../common/audit/repository';
import type { AuditQuery } from '../../../common/audit/list';
import type { Cursor } from '../../../common/database/cursor';
import { createDatabase } from '../../../common/database/connect';
import { createLeadRepository } from '../../../common/leads/repository';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('timeline', () => {
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

  const events = async () =>
    (await createAuditRepository(db).timeline(leadId)).events.map(({ action, by, note }) => [
      action,
      by,
      note,
    ]);

  it('has what happened to the lead, newest first, with who and why', async () => {
    expect(await events()).to.deep.equal([
      ['REOPENED', 'Ann', 'Carla did not answer'],
      ['LEAD_OPENED', 'Ann', null],
      ['REACHED_OUT', 'Ann', null],
    ]);
  });

  it('outlives the lead, while the notes about the person are gone', async () => {
    await db('leads').where({ id: leadId }).delete();
    expect(await events()).to.deep.equal([
      ['REOPENED', 'Ann', null],
      ['LEAD_OPENED', 'Ann', null],
      ['REACHED_OUT', 'Ann', null],
    ]);
    expect(JSON.stringify(await owner('audit_events'))).to.not.include('Carla');
  });
});

describe('list', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;
  let audit: AuditRepository;
  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl);
    audit = createAuditRepository(db);
  });
  beforeEach(() => owner('audit_events').delete());
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const leadId = '0a1b2c3d-0000-4000-8000-000000000001';

  /** Adds one event for each time, in this order. Returns their ids. */
  async function addEvents(times: string[], event = {}): Promise<string[]> {
    const common = { actor: 'system', action: 'MAIL_SENT', lead_id: leadId, ...event };
    const rows = times.map((at) => ({ ...common, at }));
    const ids = await owner('audit_events').insert(rows).returning<{ id: string }[]>('id');
    return ids.map(({ id }) => id);
  }

  const idsOf = async (query: Partial<AuditQuery>) =>
    (await audit.list({ limit: 100, ...query })).items.map(({ id }) => id);

  it('sorts by time, then by id, and pages both ways', async () => {
    const [b1, b2, a, c] = await addEvents([
      '2026-03-02T00:00:00Z',
      '2026-03-02T00:00:00Z',
      '2026-03-01T00:00:00Z',
      '2026-03-03T00:00:00Z',
    ]);
    const idAt = (cursor: Cursor | null) => cursor?.values[1] ?? null;
    const first = await audit.list({ limit: 2 });
    expect(first.items.map(({ id }) => id)).to.deep.equal([c, b2]);
    expect([idAt(first.next), first.prev]).to.deep.equal([b2, null]);
    const second = await audit.list({ limit: 2, after: first.next! });
    expect(second.items.map(({ id }) => id)).to.deep.equal([b1, a]);
    expect([second.next, idAt(second.prev)]).to.deep.equal([null, b1]);
    const back = await audit.list({ limit: 2, before: second.prev! });
    expect(back).to.deep.equal(first);
    const atLast = { ...second.prev!, values: [second.items[1]!.at.toISOString(), a!] };
    const nearer = await audit.list({ limit: 2, before: atLast });
    expect(nearer.items.map(({ id }) => id)).to.deep.equal([b2, b1]);
    expect([idAt(nearer.next), idAt(nearer.prev)]).to.deep.equal([b1, b2]);
  });

  it('pages on from an event that is no longer there', async () => {
    const ids = await addEvents(['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z']);
    const { next } = await audit.list({ limit: 1 });
    await owner('audit_events').where({ id: ids[0] }).delete();
    expect(await idsOf({ after: next! })).to.deep.equal([ids[1]]);
  });

  it('filters by actor, action, lead, reference and time', async () => {
    const time = ['2026-03-02T00:00:00Z'];
    const [mail] = await addEvents(time);
    const [byAnn] = await addEvents(time, { actor: 'ann', action: 'NOTED', lead_id: null });
    const other = '0a1b2c3e-0000-4000-8000-000000000001';
    const [ofOther] = await addEvents(['2026-03-03T00:00:00Z'], { lead_id: other });
    expect(await idsOf({ actor: 'ann' })).to.deep.equal([byAnn]);
    expect(await idsOf({ actor: 'system', action: 'NOTED' })).to.deep.equal([]);
    expect(await idsOf({ action: 'MAIL_SENT' })).to.deep.equal([ofOther, mail]);
    expect(await idsOf({ lead: leadId })).to.deep.equal([mail]);
    expect(await idsOf({ lead: '0a1b2c3d' })).to.deep.equal([mail]);
    expect(await idsOf({ lead: '0A1B2C3E' })).to.deep.equal([ofOther]);
    expect(await idsOf({ lead: leadId.replace(/1$/, '2') })).to.deep.equal([]);
    const day = new Date('2026-03-03T00:00:00Z');
    expect(await idsOf({ recordedFrom: day })).to.deep.equal([ofOther]);
    expect(await idsOf({ recordedBefore: day })).to.deep.equal([byAnn, mail]);
  });

  it('says whether the lead is still there', async () => {
    const id = await addLead(owner);
    await addEvents(['2026-03-02T00:00:00Z'], { lead_id: id });
    await addEvents(['2026-03-01T00:00:00Z']);
    await addEvents(['2026-02-01T00:00:00Z'], { lead_id: null });
    const { items } = await audit.list({ limit: 9 });
    expect(items.map((item) => [item.leadId, item.leadExists])).to.deep.equal([
      [id, true],
      [leadId, false],
      [null, false],
    ]);
  });
});
