import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { createOutboxRepository, type OutboxRepository } from '../../../common/outbox/repository';
import type { ClaimedEmail } from '../../../common/outbox/types';
import { addLead } from '../../support/apps/leads';
import { rejection } from '../../support/rejection';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('createOutboxRepository', () => {
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
  afterEach(() => owner('leads').delete());
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const claim = async (acknowledgements?: number) =>
    (await outbox.claim(1, { acknowledgements }))[0];
  const rowOf = async (id: string) =>
    (await owner('outbox').where({ id }).first()) as Record<string, unknown>;

  it('claims an email with its lead', async () => {
    const id = await addLead(owner, { email: 'carla@example.com' });
    const email = await claim();
    expect(email).to.deep.include({
      attempts: 0,
      isRepeated: false,
      lead: { id, firstName: 'Carla', lastName: 'Moreno', email: 'carla@example.com' },
    });
  });

  it('claims the one that is due longest first, and none before its time', async () => {
    await addLead(owner);
    await owner('outbox')
      .where({ kind: 'NOTIFICATION' })
      .update({ next_attempt_at: owner.raw("now() - interval '1 minute'") });
    await owner('outbox')
      .where({ kind: 'ACKNOWLEDGEMENT' })
      .update({ next_attempt_at: owner.raw("now() + interval '1 minute'") });
    expect(await claim()).to.include({ kind: 'NOTIFICATION' });
    expect(await claim()).to.be.undefined;
  });

  it('claims each email once, for many at the same time', async () => {
    for (let i = 0; i < 10; i++) await addLead(owner);
    const emails = await Promise.all(Array.from({ length: 25 }, () => claim()));
    const ids = emails.flatMap((email) => (email ? [email.id] : []));
    expect(ids).to.have.length(20);
    expect(new Set(ids)).to.have.property('size', 20);
  });

  it('claims several at once, half of each kind, the one that is due longest first', async () => {
    for (let i = 0; i < 3; i++) await addLead(owner);
    await owner.raw(
      `update outbox set next_attempt_at = now() - each.place * interval '1 minute'
        from (select id, row_number() over (order by kind, id desc) as place from outbox) as each
        where each.id = outbox.id`,
    );
    const claims = [await outbox.claim(4), await outbox.claim(4)];
    for (const kind of ['ACKNOWLEDGEMENT', 'NOTIFICATION']) {
      const due = await owner('outbox').where({ kind }).orderBy('next_attempt_at').pluck('id');
      const ids = claims.map((emails) =>
        emails.filter((email) => email.kind === kind).map(({ id }) => id),
      );
      expect(ids).to.deep.equal([due.slice(0, 2), due.slice(2)]);
    }
    expect(await outbox.claim(4)).to.be.empty;
  });

  it('records an email as sent', async () => {
    await addLead(owner);
    const [one, other] = (await outbox.claim(2)) as [ClaimedEmail, ClaimedEmail];
    await outbox.markSent(one);
    expect(await rowOf(one.id)).to.include({
      ...{ state: 'SENT', attempts: 1 },
      ...{ locked_until: null, last_error: null },
    });
    expect(await rowOf(other.id)).to.include({ state: 'QUEUED', attempts: 0 });
  });

  it('ends a claim after 30 seconds', async () => {
    await addLead(owner);
    const email = await claim();
    const { rows } = await owner.raw<{ rows: { left: string }[] }>(
      'select extract(epoch from locked_until - now()) as left from outbox where id = ?',
      [email!.id],
    );
    expect(Number(rows[0]!.left)).to.be.within(29, 30);
  });

  it('keeps a late worker from overwriting what the next one recorded', async () => {
    await addLead(owner);
    const late = (await claim())!;
    await owner('outbox').update({ locked_until: owner.raw("now() - interval '1 second'") });
    let next = (await claim())!;
    if (next.id !== late.id) next = (await claim())!;
    await outbox.markSent(next);
    await outbox.fail(late, 'RCPT 550');
    await outbox.release([late]);
    await outbox.skip(late, 'ALREADY_ACKNOWLEDGED');
    const after = { delaySeconds: 1, giveUpHours: 1 };
    expect(await outbox.retryLater(late, 'RCPT 451', after)).to.be.undefined;
    expect(await rowOf(late.id)).to.include({ state: 'SENT', attempts: 1, last_error: null });
  });

  it('counts no attempt when an email is released', async () => {
    await addLead(owner);
    const email = (await claim())!;
    await outbox.release([email]);
    expect(await rowOf(email.id)).to.include({ attempts: 0, first_attempt_at: null });
    expect(await claim()).to.include({ kind: email.kind });
  });

  it('plans the last attempt for when the time is up', async () => {
    await addLead(owner);
    await owner.raw("update outbox set first_attempt_at = now() - interval '59 minutes'");
    const email = (await claim())!;
    const after = { delaySeconds: 3600, giveUpHours: 1 };
    expect(await outbox.retryLater(email, 'RCPT 451', after)).to.equal('QUEUED');
    const { next_attempt_at, first_attempt_at } = await rowOf(email.id);
    expect(Number(next_attempt_at) - Number(first_attempt_at)).to.equal(3600 * 1000);
    await owner.raw(
      `update outbox set first_attempt_at = first_attempt_at - interval '1 minute',
        next_attempt_at = next_attempt_at - interval '1 minute' where id = ?`,
      [email.id],
    );
    const due = [await claim(), await claim()];
    const last = due.find((each) => each?.id === email.id);
    expect(await outbox.retryLater(last!, 'RCPT 451', after)).to.equal('FAILED');
  });

  it('never claims more acknowledgements an hour than allowed, for many at once', async () => {
    for (let i = 0; i < 10; i++) await addLead(owner);
    const emails = await Promise.all(Array.from({ length: 20 }, () => claim(3)));
    const kinds = emails.flatMap((email) => (email ? [email.kind] : []));
    expect(kinds.filter((kind) => kind === 'ACKNOWLEDGEMENT')).to.have.length(3);
    expect(kinds.filter((kind) => kind === 'NOTIFICATION')).to.have.length(10);
  });

  for (const unanswered of [0, 1, 2]) {
    it(`counts an acknowledgement that may have arrived in attempt ${unanswered + 1} for an hour`, async () => {
      for (const email of ['one@example.com', 'two@example.com']) await addLead(owner, { email });
      await owner('outbox').where({ kind: 'NOTIFICATION' }).delete();
      const email = (await claim(1))!;
      await outbox.leaveUnknown({ ...email, unanswered }, 'DATA ETIMEDOUT');
      expect(await claim(1)).to.be.undefined;
      await owner('outbox')
        .where({ id: email.id })
        .update({ next_attempt_at: owner.raw("next_attempt_at - interval '61 minutes'") });
      expect(await claim(1)).to.include({ kind: 'ACKNOWLEDGEMENT' });
    });
  }

  it('lets nobody who has got an email get it again, whatever a late worker says', async () => {
    const leadId = await addLead(owner);
    await owner('outbox').where({ kind: 'ACKNOWLEDGEMENT' }).delete();
    const plan = { delaySeconds: 10, giveUpHours: 72 };
    const late = (await claim())!;
    await owner('outbox').update({ locked_until: owner.raw("now() - interval '1 s'") });
    const bob = { address: 'bob@lee.example' };
    await outbox.retryLater((await claim())!, 'RCPT 451', plan, [
      { ...bob, state: 'SENT', error: null },
    ]);
    await outbox.retryLater(late, 'DATA 451', plan, [
      { ...bob, state: 'QUEUED', error: 'DATA 451' },
    ]);
    const [email] = await outbox.forLead(leadId);
    expect(email?.recipients.map(({ state }) => state)).to.deep.equal(['SENT']);
  });

  it('queues again only what has failed', async () => {
    const leadId = await addLead(owner);
    await owner('outbox').where({ kind: 'ACKNOWLEDGEMENT' }).delete();
    const email = (await claim())!;
    await outbox.markSent(email, [
      { address: 'ann@lee.example', state: 'SENT', error: null },
      { address: 'bob@lee.example', state: 'FAILED', error: 'RCPT 550' },
    ]);
    await outbox.requeue([email.id]);
    const [sent] = await outbox.forLead(leadId);
    expect(sent).to.include({ state: 'SENT' });
    expect(sent?.recipients.map(({ state }) => state)).to.have.members(['SENT', 'FAILED']);
  });

  it('lists the emails of a lead', async () => {
    const id = await addLead(owner, { flagged_reason: 'honeypot' });
    await addLead(owner);
    const history = await outbox.forLead(id);
    expect(history.map(({ kind, state, lastError }) => [kind, state, lastError])).to.deep.equal([
      ['ACKNOWLEDGEMENT', 'SKIPPED', 'FLAGGED'],
      ['NOTIFICATION', 'SKIPPED', 'FLAGGED'],
    ]);
    expect(history[0]).to.include({ attempts: 0, sentAt: null });
  });

  describe('records an event', () => {
    let leadId: string;
    beforeEach(async () => {
      await owner('audit_events').delete();
      leadId = await addLead(owner);
    });

    const events = () =>
      owner('audit_events').orderBy('id').select('actor', 'action', 'lead_id', 'details');

    const results: [string, string, (email: ClaimedEmail) => Promise<unknown>, string?][] = [
      ['sent', 'MAIL_SENT', (email) => outbox.markSent(email)],
      [
        'possibly sent',
        'MAIL_UNKNOWN',
        (email) => outbox.leaveUnknown(email, 'DATA ETIMEDOUT'),
        'DATA ETIMEDOUT',
      ],
      ['failed', 'MAIL_FAILED', (email) => outbox.fail(email, 'DATA 554'), 'DATA 554'],
      ['skipped', 'MAIL_SKIPPED', (email) => outbox.skip(email, 'FLAGGED'), 'FLAGGED'],
    ];
    for (const [name, action, record, error] of results) {
      it(`when an email was ${name}`, async () => {
        const email = (await claim())!;
        await record(email);
        const details = { outbox_id: email.id, kind: email.kind, ...(error && { error }) };
        const event = { actor: 'system', action, lead_id: leadId, details };
        expect(await events()).to.deep.equal([event]);
      });
    }

    it('when an email is given up, but not when it is tried again', async () => {
      const email = (await claim())!;
      const later = { delaySeconds: 0, giveUpHours: 1 };
      expect(await outbox.retryLater(email, 'RCPT 451', later)).to.equal('QUEUED');
      expect(await events()).to.deep.equal([]);
      await owner.raw("update outbox set first_attempt_at = now() - interval '1 hour'");
      const again = [await claim(), await claim()];
      const last = again.find((each) => each?.id === email.id)!;
      expect(await outbox.retryLater(last, 'RCPT 452', later)).to.equal('FAILED');
      const details = { outbox_id: email.id, kind: email.kind, error: 'RCPT 452' };
      const event = { actor: 'system', action: 'MAIL_FAILED', lead_id: leadId, details };
      expect(await events()).to.deep.equal([event]);
    });

    it('for no outcome that a late worker records', async () => {
      const claimed = (await claim())!;
      const [row] = await owner('outbox')
        .where({ id: claimed.id })
        .update({ locked_until: owner.raw("now() - interval '1 second'") })
        .returning<{ locked_until: string }[]>(owner.raw('locked_until::text'));
      const late = { ...claimed, lockedUntil: row!.locked_until }; // as if that time had passed
      await outbox.dismiss(late.id, 'admin');
      await owner('audit_events').delete();
      await outbox.markSent(late);
      await outbox.fail(late, 'RCPT 550');
      await outbox.skip(late, 'FLAGGED');
      await outbox.retryLater(late, 'RCPT 451', { delaySeconds: 0, giveUpHours: 0 });
      await outbox.release([late]);
      expect(await events()).to.deep.equal([]);
      expect(await rowOf(late.id)).to.include({ state: 'DISMISSED', attempts: 0 });
    });

    it('or changes no email when the event is refused', async () => {
      const email = (await claim())!;
      await owner.raw("alter table audit_events add check (action <> 'MAIL_SENT')");
      const failure = await rejection(outbox.markSent(email));
      expect(failure).to.have.property('code', '23514');
      expect(await rowOf(email.id)).to.include({ state: 'QUEUED', sent_at: null });
      await owner.raw('alter table audit_events drop constraint audit_events_action_check');
    });
  });
});
