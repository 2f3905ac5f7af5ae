import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { createOutboxRepository, type OutboxRepository } from '../../../common/outbox/repository';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('createOutboxAdmin', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;
  let outbox: OutboxRepository;
  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl); // its own privileges must suffice
    outbox = createOutboxRepository(db);
  });
  beforeEach(() => owner('audit_events').delete());
  afterEach(() => owner('leads').delete());
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const rowOf = async (id: string) =>
    (await owner('outbox').where({ id }).first()) as Record<string, unknown>;

  const now = () => owner.raw('now()');
  const seconds = (count: number) => owner.raw("now() + ? * interval '1 second'", [count]);

  /** Adds a lead, its acknowledgement sent, and returns the id of its notification. */
  async function addEmail(values: Record<string, unknown>): Promise<string> {
    const leadId = await addLead(owner);
    await owner('outbox').where({ lead_id: leadId }).update({ state: 'SENT', sent_at: now() });
    const [row] = await owner('outbox')
      .where({ lead_id: leadId, kind: 'NOTIFICATION' })
      .update({ state: 'QUEUED', sent_at: null, ...values })
      .returning<{ id: string }[]>('id');
    return row!.id;
  }

  const claim = async () => (await outbox.claim(1))[0];
  const failed = () => ({
    state: 'FAILED',
    attempts: 7,
    first_attempt_at: seconds(-1000),
    next_attempt_at: seconds(-10),
    last_error: 'RCPT 550',
  });
  const eventsOf = (id: string) =>
    owner('audit_events')
      .whereRaw("details->>'outbox_id' = ?", [id])
      .orderBy('id')
      .select('actor', 'action', 'details');

  for (const state of ['FAILED', 'DISMISSED']) {
    it(`queues a ${state} email again as if it were new`, async () => {
      const id = await addEmail({ ...failed(), state });
      expect(await outbox.resend(id, 'admin')).to.equal(true);
      const fresh = { state: 'QUEUED', attempts: 0, first_attempt_at: null, last_error: null };
      const row = await rowOf(id);
      expect(row).to.include(fresh);
      expect(row.locked_until).to.be.below(new Date()); // not claimed, but begun: it goes as itself
      expect(await claim()).to.include({ id, attempts: 0 });
      const details = { outbox_id: id, kind: 'NOTIFICATION' };
      const event = { actor: 'admin', action: 'MAIL_QUEUED', details };
      expect(await eventsOf(id)).to.deep.equal([event]);
    });
  }

  it('makes a planned email due now, and keeps the record of its attempts', async () => {
    const waits = { state: 'QUEUED', next_attempt_at: seconds(3600), last_error: 'RCPT 451' };
    const id = await addEmail({ ...failed(), ...waits });
    const { first_attempt_at } = await rowOf(id);
    expect(await claim()).to.be.undefined;
    expect(await outbox.resend(id, 'admin')).to.equal(true);
    expect(await rowOf(id)).to.deep.include({
      attempts: 7,
      first_attempt_at,
      last_error: 'RCPT 451',
    });
    expect(await claim()).to.include({ id });
    expect(await eventsOf(id)).to.have.length(1);
  });

  for (const state of ['FAILED', 'QUEUED']) {
    it(`dismisses a ${state} email, which no worker claims then`, async () => {
      const id = await addEmail({ ...failed(), state });
      expect(await outbox.dismiss(id, 'admin')).to.equal(true);
      expect(await rowOf(id)).to.include({ state: 'DISMISSED', last_error: 'RCPT 550' });
      expect(await claim()).to.be.undefined;
      const details = { outbox_id: id, kind: 'NOTIFICATION', error: 'RCPT 550' };
      const event = { actor: 'admin', action: 'MAIL_DISMISSED', details };
      expect(await eventsOf(id)).to.deep.equal([event]);
    });
  }

  const untouchable: [string, () => Record<string, unknown>, ('resend' | 'dismiss')[]][] = [
    ['sent', () => ({ state: 'SENT', sent_at: now() }), ['resend', 'dismiss']],
    ['skipped', () => ({ state: 'SKIPPED', last_error: 'FLAGGED' }), ['resend', 'dismiss']],
    [
      'claimed',
      () => ({ locked_until: seconds(20), next_attempt_at: seconds(60) }),
      ['resend', 'dismiss'],
    ],
    ['due', () => ({ next_attempt_at: seconds(-1) }), ['resend']],
    ['dismissed', () => ({ state: 'DISMISSED' }), ['dismiss']],
  ];
  for (const [name, values, changes] of untouchable) {
    for (const change of changes) {
      it(`does not ${change} one that is ${name}`, async () => {
        const id = await addEmail(values());
        const before = await rowOf(id);
        expect(await outbox[change](id, 'admin')).to.equal(false);
        expect(await rowOf(id)).to.deep.equal(before);
        expect(await eventsOf(id)).to.deep.equal([]);
      });
    }
  }

  it('queues every failed email with an event for each, and counts up to its limit', async () => {
    const sent = await addEmail({ state: 'SENT', sent_at: now() });
    await owner.raw(
      `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256)
      select gen_random_uuid(), 'Carla', 'Moreno', n || '@example.com', 'resumes/' || gen_random_uuid(),
        'resume.pdf', 'pdf', 1000, repeat('0', 64) from generate_series(1, 5001) as n`,
    );
    await owner('outbox').where({ state: 'QUEUED' }).update(failed());
    expect(await outbox.resendFailed('admin')).to.equal(10_002);
    expect(await outbox.resendFailed('admin')).to.equal(0);
    expect(await rowOf(sent)).to.include({ state: 'SENT' });
    const figures: unknown = await owner('audit_events')
      .where({ actor: 'admin', action: 'MAIL_QUEUED' })
      .first(
        owner.raw("count(distinct details->>'outbox_id')::int as emails, count(*)::int as events"),
      );
    expect(figures).to.deep.equal({ emails: 10_002, events: 10_002 });
    expect(await outbox.counts()).to.deep.include({ QUEUED: 10_001, FAILED: 0 });
  });

  it('queues each failed email once when two administrators do it at the same time', async () => {
    for (let i = 0; i < 20; i++) await addEmail(failed());
    const counts = await Promise.all([outbox.resendFailed('ann'), outbox.resendFailed('bob')]);
    expect(counts[0] + counts[1]).to.equal(20);
    expect(await owner('audit_events')).to.have.length(20);
  });

  it('either sends or dismisses an email, never both', async () => {
    for (let i = 0; i < 10; i++) {
      const id = await addEmail({});
      const [claimed, isDismissed] = await Promise.all([claim(), outbox.dismiss(id, 'admin')]);
      expect(isDismissed).to.equal(claimed === undefined);
      if (claimed) await outbox.markSent(claimed);
    }
  });

  it('counts each state', async () => {
    await addEmail({ state: 'DISMISSED' });
    expect(await outbox.counts()).to.deep.equal({
      FAILED: 0,
      UNKNOWN: 0,
      QUEUED: 0,
      SENT: 1,
      SKIPPED: 0,
      DISMISSED: 1,
    });
  });

  it('lists one state, newest first, and pages both ways', async () => {
    const ids: string[] = [];
    for (const [i] of Array.from({ length: 7 }).entries()) {
      ids.push(await addEmail({ ...failed() }));
      const createdAt = new Date(Date.UTC(2026, 0, 1 + Math.floor(i / 3))); // threes share a time
      await owner('outbox').where({ id: ids[i] }).update({ created_at: createdAt });
    }
    await addEmail({ state: 'DISMISSED' });
    const all = await outbox.list({ state: 'FAILED', limit: 100 });
    expect(all.items.map(({ id }) => id)).to.have.members(ids);
    const times = all.items.map(({ createdAt }) => createdAt.toISOString());
    expect(times).to.deep.equal([...times].sort().reverse());
    const forward = [await outbox.list({ state: 'FAILED', limit: 3 })];
    for (let next = forward[0]!.next; next; next = forward.at(-1)!.next) {
      forward.push(await outbox.list({ state: 'FAILED', limit: 3, after: next }));
    }
    expect(forward.map(({ items }) => items.length)).to.deep.equal([3, 3, 1]);
    expect(forward.flatMap(({ items }) => items)).to.deep.equal(all.items);
    const back = [forward.at(-1)!];
    for (let prev = back[0]!.prev; prev; prev = back.at(-1)!.prev) {
      back.push(await outbox.list({ state: 'FAILED', limit: 3, before: prev }));
    }
    expect(back.reverse().map(({ items }) => items)).to.deep.equal(
      forward.map(({ items }) => items),
    );
  });
});
