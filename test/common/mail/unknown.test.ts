import { expect } from 'chai';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { addLead } from '../../support/apps/leads';
import { pace, startDeliveries, until, type DeliveryFixture } from '../../support/smtp/deliveries';
import type { TestSmtp } from '../../support/smtp/server';

describe('createMailWorker, without a reply to the last line', () => {
  let fixture: DeliveryFixture;
  before(async () => {
    fixture = await startDeliveries();
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const unconfirmed = async () => (await fixture.rows()).filter(({ state }) => state === 'UNKNOWN');
  const idsReceived = () => fixture.smtp.emails.map(({ parsed }) => parsed.messageId);
  const hoursToWait = async () => {
    const { rows } = await fixture.owner.raw<{ rows: { hours: number }[] }>(
      'select extract(epoch from next_attempt_at - now())::float8 / 3600 as hours from outbox',
    );
    return rows.map(({ hours }) => Math.round(hours * 10) / 10);
  };
  const makeDue = () => fixture.owner('outbox').update({ next_attempt_at: fixture.owner.fn.now() });

  const losses: [string, TestSmtp['replies'], string][] = [
    ['the connection is lost', { data: 'die', keeps: true }, 'DATA ECONNECTION'],
    ['the server stays silent', { data: 'hang', keeps: true }, 'DATA ETIMEDOUT'],
  ];
  for (const [name, replies, error] of losses) {
    it(`sends an email once more after 1 and 6 hours, and then no more, when ${name}`, async () => {
      fixture.smtp.replies = replies;
      await addLead(fixture.owner);
      fixture.deliver(
        { retryMinSeconds: 1, retryMaxSeconds: 1 },
        { pace: { pollMs: 20, replyMs: 400, finalReplyMs: 400, renewMs: 10_000 } },
      );
      for (const [i, hours] of [1, 6, undefined].entries()) {
        await until(async () => (await fixture.rows()).every((row) => row.attempts === i + 1));
        expect(await unconfirmed()).to.have.length(2);
        for (const row of await fixture.rows()) {
          expect(row).to.include({ last_error: error, unanswered: i + 1, locked_until: null });
        }
        if (hours !== undefined) expect(await hoursToWait()).to.deep.equal([hours, hours]);
        await makeDue();
      }
      await sleep(200);
      const counts = new Map<unknown, number>();
      for (const id of idsReceived()) counts.set(id, (counts.get(id) ?? 0) + 1);
      expect([...counts.values()]).to.deep.equal([3, 3]);
    });
  }

  it('counts a repeat that is confirmed as sent', async () => {
    fixture.smtp.replies = { data: 'die', keeps: true };
    await addLead(fixture.owner);
    fixture.deliver();
    await until(async () => (await unconfirmed()).length === 2);
    fixture.smtp.replies = {};
    await makeDue();
    await until(async () => (await unconfirmed()).length === 0);
    expect(await fixture.states()).to.deep.equal(['ACKNOWLEDGEMENT SENT', 'NOTIFICATION SENT']);
  });

  it('waits for a slow reply beyond the lease, and sends the email once', async () => {
    fixture.smtp.replies = { dataAfterMs: 1200 };
    await addLead(fixture.owner);
    const outbox = createOutboxRepository(fixture.db);
    const shortLease: typeof outbox.renew = async (...args) => {
      const lockedUntil = await outbox.renew(...args);
      const [row] = await fixture
        .owner('outbox')
        .where({ id: args[0].id })
        .update({ locked_until: fixture.owner.raw("now() + interval '400 ms'") })
        .returning<{ until: string }[]>(fixture.owner.raw('locked_until::text as until'));
      return lockedUntil && row!.until;
    };
    const renewing = { pace: { ...pace, renewMs: 200 }, outbox: { ...outbox, renew: shortLease } };
    for (let i = 0; i < 2; i++) fixture.deliver({}, renewing);
    await until(async () => (await fixture.rows()).every(({ state }) => state === 'SENT'));
    expect(fixture.smtp.emails).to.have.length(2);
    for (const row of await fixture.rows()) expect(row).to.include({ attempts: 1 });
  });

  it('does not soon repeat what a killed worker had handed over', async () => {
    fixture.smtp.replies = { data: 'hang', keeps: true };
    await addLead(fixture.owner);
    const outbox = createOutboxRepository(fixture.db);
    const end = new AbortController();
    const never = once(end.signal, 'abort').then(() => undefined);
    const dead = { ...outbox, leaveUnknown: () => never }; // records nothing any more
    fixture.deliver({}, { outbox: dead, pace: { pollMs: 20, finalReplyMs: 600, renewMs: 100 } });
    await until(async () => (await unconfirmed()).length === 2);
    await sleep(700);
    await fixture
      .owner('outbox')
      .update({ locked_until: fixture.owner.raw("now() - interval '1s'") });
    fixture.smtp.replies = {};
    fixture.deliver();
    await sleep(300);
    expect(fixture.smtp.emails).to.have.length(2);
    for (const hours of await hoursToWait()) expect(hours).to.be.within(0.9, 1);
    end.abort();
  });

  for (const [name, data, expected] of [
    ['defers', '451 4.3.0 Later', { state: 'QUEUED', last_error: 'DATA 451 4.3.0' }],
    ['refuses our account', '550 5.4.5 Daily limit', { state: 'QUEUED', last_error: null }],
  ] as const) {
    it(`knows the outcome when the server ${name} slowly, however often`, async () => {
      let replies = 0;
      fixture.smtp.replies = { data: () => (replies++, data), dataAfterMs: 250 };
      await addLead(fixture.owner);
      const pace = { pollMs: 20, probeMs: 20, loops: 1, maxLoops: 1, renewMs: 50 };
      const delivery = fixture.deliver({}, { pace });
      await until(async () => {
        await fixture
          .owner('outbox')
          .where({ locked_until: null })
          .update({ next_attempt_at: fixture.owner.fn.now() });
        return replies >= 8;
      }, 8000);
      await delivery.stop();
      for (const row of await fixture.rows())
        expect(row).to.include({ ...expected, unanswered: null });
    });
  }

  it('leaves an email unconfirmed when it has to stop before the reply', async () => {
    fixture.smtp.replies = { data: 'hang', keeps: true };
    await addLead(fixture.owner);
    const pace = { pollMs: 20, stopMs: 100, finalReplyMs: 60_000 };
    const delivery = fixture.deliver({}, { pace });
    await until(() => fixture.smtp.emails.length === 2);
    await delivery.stop();
    for (const row of await fixture.rows()) {
      expect(row).to.include({ state: 'UNKNOWN', unanswered: 1, locked_until: null });
    }
  });

  it('lets slow replies hold up their own connection only, with four at most', async () => {
    let isSlow = true;
    Object.defineProperty(fixture.smtp.replies, 'dataAfterMs', {
      get: () => (isSlow ? 1000 : 0),
    });
    for (let i = 0; i < 4; i++) await addLead(fixture.owner);
    fixture.deliver({}, { pace: { pollMs: 20, slowMs: 50, finalReplyMs: 5000, renewMs: 10_000 } });
    await until(() => fixture.smtp.connections === 4);
    await sleep(300);
    expect(fixture.smtp.connections).to.equal(4);
    expect(fixture.smtp.emails.length).to.equal(4);
    isSlow = false;
    await until(async () => (await fixture.rows()).every(({ state }) => state === 'SENT'));
    expect(new Set(idsReceived())).to.have.property('size', 8);
  });

  it('treats an acknowledgement that may have arrived as the one of the day', async () => {
    fixture.smtp.replies = { data: 'die', keeps: true };
    await addLead(fixture.owner, { email: 'twice@example.com' });
    fixture.deliver();
    await until(async () => (await unconfirmed()).length === 2);
    fixture.smtp.replies = {};
    const id = await addLead(fixture.owner, { email: 'twice@example.com' });
    await until(async () => (await fixture.rows(id)).every(({ state }) => state !== 'QUEUED'));
    const [acknowledgement] = await fixture.rows(id);
    expect(acknowledgement).to.include({ state: 'SKIPPED', last_error: 'ALREADY_ACKNOWLEDGED' });
  });

  it('acknowledges a later lead although an earlier one was left unconfirmed for good', async () => {
    await addLead(fixture.owner, { email: 'twice@example.com' });
    const monthAgo = fixture.owner.raw("now() - interval '30 days'");
    await fixture.owner('outbox').update({
      ...{ state: 'UNKNOWN', unanswered: 3, last_error: 'DATA ETIMEDOUT' },
      ...{ created_at: monthAgo, next_attempt_at: monthAgo },
    });
    const id = await addLead(fixture.owner, { email: 'twice@example.com' });
    fixture.deliver();
    await until(async () => (await fixture.rows(id)).every(({ state }) => state !== 'QUEUED'));
    const [acknowledgement] = await fixture.rows(id);
    expect(acknowledgement).to.include({ state: 'SENT' });
  });
});
