import { expect } from 'chai';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { addLead } from '../../support/apps/leads';
import {
  mailServer,
  startDeliveries,
  until,
  type DeliveryFixture,
} from '../../support/smtp/deliveries';

describe('createMailWorker', () => {
  let fixture: DeliveryFixture;
  before(async () => {
    fixture = await startDeliveries();
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const settled = async () => (await fixture.rows()).every(({ state }) => state !== 'QUEUED');
  const rowOf = async (kind: string) => (await fixture.rows()).find((row) => row.kind === kind)!;

  it('sends the prospect and the attorneys one email each', async () => {
    const id = await addLead(fixture.owner, { email: 'carla@example.com' });
    fixture.deliver();
    await until(settled);
    const recipients = fixture.smtp.emails.map((email) => email.recipients.join());
    expect(recipients.sort()).to.deep.equal([
      mailServer.attorneyEmails.join(),
      'carla@example.com',
    ]);
    for (const row of await fixture.rows(id)) {
      expect(row).to.include({ state: 'SENT', attempts: 1, last_error: null, locked_until: null });
      expect(row.sent_at).to.be.a('date');
    }
  });

  it('puts the outbox id into the Message-ID', async () => {
    await addLead(fixture.owner);
    fixture.deliver();
    await until(settled);
    const expected = (await fixture.rows()).map(({ id }) => `<${id}@lee.example>`);
    const ids = fixture.smtp.emails.map(({ parsed }) => parsed.messageId);
    expect(ids).to.have.members(expected);
  });

  it('fails an email at once when its address is refused for good', async () => {
    fixture.smtp.replies.rcpt = (to) => (to.endsWith('example.com') ? 550 : undefined);
    await addLead(fixture.owner);
    fixture.deliver();
    await until(settled);
    expect(await rowOf('ACKNOWLEDGEMENT')).to.include({
      state: 'FAILED',
      attempts: 1,
      last_error: 'RCPT 550',
    });
    expect(await rowOf('NOTIFICATION')).to.include({ state: 'SENT' });
  });

  for (const [code, state] of [
    [554, 'FAILED'],
    [452, 'QUEUED'],
  ] as const) {
    it(`leaves an email ${state} when the reply to its content is ${code}`, async () => {
      fixture.smtp.replies.data = code;
      await addLead(fixture.owner);
      fixture.deliver();
      await until(async () => (await fixture.rows()).every(({ attempts }) => attempts === 1));
      for (const row of await fixture.rows()) {
        expect(row).to.include({ state, last_error: `DATA ${code}`, locked_until: null });
      }
    });
  }

  it('tries a deferred email again, later each time', async () => {
    fixture.smtp.replies.rcpt = () => 451;
    const id = await addLead(fixture.owner);
    fixture.deliver({ retryMinSeconds: 100, retryMaxSeconds: 700 }, { random: () => 0 });
    const steps = [200, 400, 700, 700];
    for (const [i, seconds] of steps.entries()) {
      await until(async () => (await fixture.rows(id)).every((row) => row.attempts === i + 1));
      const { rows } = await fixture.owner.raw<{ rows: { wait: string }[] }>(
        'select extract(epoch from next_attempt_at - now()) as wait from outbox',
      );
      for (const { wait } of rows) expect(Number(wait)).to.be.within(seconds - 5, seconds);
      await fixture.owner('outbox').update({ next_attempt_at: fixture.owner.fn.now() });
    }
    fixture.smtp.replies = {};
    await fixture.owner('outbox').update({ next_attempt_at: fixture.owner.fn.now() });
    await until(settled);
    expect(await fixture.states()).to.deep.equal(['ACKNOWLEDGEMENT SENT', 'NOTIFICATION SENT']);
  });

  it('gives up an email when its first attempt was long enough ago', async () => {
    fixture.smtp.replies.rcpt = () => 451;
    await addLead(fixture.owner);
    await fixture.owner.raw("update outbox set first_attempt_at = now() - interval '2 hours'");
    fixture.deliver({ giveUpHours: 2 });
    await until(settled);
    for (const row of await fixture.rows()) {
      expect(row).to.include({ state: 'FAILED', attempts: 1, last_error: 'RCPT 451' });
    }
  });

  it('never lets a failing email hold up the others', async () => {
    fixture.smtp.replies.rcpt = (to) => (to.startsWith('poison') ? 'die' : undefined);
    await addLead(fixture.owner, { email: 'poison@example.com' });
    for (let i = 0; i < 10; i++) await addLead(fixture.owner);
    fixture.deliver({}, { pace: { pollMs: 20, probeMs: 60, loops: 1 } });
    await until(() => fixture.smtp.emails.length === 21);
    const [poisoned] = (await fixture.rows()).filter(({ state }) => state !== 'SENT');
    expect(poisoned).to.include({ state: 'QUEUED', attempts: 1, last_error: 'RCPT ECONNECTION' });
  });

  it('sends nothing for a flagged lead', async () => {
    await addLead(fixture.owner, { flagged_reason: 'honeypot' });
    await addLead(fixture.owner);
    fixture.deliver();
    await until(settled);
    expect(fixture.smtp.emails).to.have.length(2);
    expect(await fixture.states()).to.deep.equal([
      'ACKNOWLEDGEMENT SKIPPED',
      'NOTIFICATION SKIPPED',
      'ACKNOWLEDGEMENT SENT',
      'NOTIFICATION SENT',
    ]);
  });

  it('sends nothing for a lead that was erased while its emails waited', async () => {
    const id = await addLead(fixture.owner);
    await fixture.owner('leads').where({ id }).delete();
    await addLead(fixture.owner, { email: 'next@example.com' });
    fixture.deliver();
    await until(settled);
    expect(fixture.smtp.emails).to.have.length(2);
  });

  it('postpones an email that cannot be built, and continues', async () => {
    const outbox = createOutboxRepository(fixture.db);
    const claim: typeof outbox.claim = async (...args) =>
      (await outbox.claim(...args)).map((email) =>
        email.kind === 'NOTIFICATION' ? { ...email, lead: null as never } : email,
      );
    await addLead(fixture.owner);
    fixture.deliver({}, { outbox: { ...outbox, claim } });
    await until(async () => (await fixture.rows()).every(({ attempts }) => attempts === 1));
    expect(await rowOf('ACKNOWLEDGEMENT')).to.include({ state: 'SENT' });
    expect(await rowOf('NOTIFICATION')).to.include({
      state: 'QUEUED',
      last_error: 'BUILD FAILED',
      locked_until: null,
    });
  });

  it('sends every email once, however many workers run', async () => {
    for (let i = 0; i < 60; i++) await addLead(fixture.owner);
    for (let i = 0; i < 3; i++) fixture.deliver();
    await until(settled);
    const ids = fixture.smtp.emails.map(({ parsed }) => parsed.messageId);
    expect(ids).to.have.length(120);
    expect(new Set(ids)).to.have.property('size', 120);
  });

  it('sends a burst over one connection for each loop', async () => {
    for (let i = 0; i < 20; i++) await addLead(fixture.owner);
    fixture.deliver();
    await until(settled);
    expect(fixture.smtp.connections).to.be.within(1, 2);
  });

  it('logs an outcome without address, subject or name', async () => {
    fixture.smtp.replies.rcpt = (to) => (to.endsWith('example.com') ? 550 : undefined);
    await addLead(fixture.owner, { first_name: 'Zebedee', email: 'zebedee@example.com' });
    fixture.deliver();
    await until(settled);
    const { id } = await rowOf('ACKNOWLEDGEMENT');
    const lines = fixture.logged();
    expect(lines.find(({ outboxId }) => outboxId === id)).to.include({
      kind: 'ACKNOWLEDGEMENT',
      state: 'FAILED',
      phase: 'RCPT',
      code: '550',
    });
    expect(JSON.stringify(lines)).to.not.match(/zebedee|example\.com|lee\.example|details/i);
  });
});
