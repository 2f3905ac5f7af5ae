import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { addLead } from '../../support/apps/leads';
import { startDeliveries, until, type DeliveryFixture } from '../../support/smtp/deliveries';

describe('createMailWorker, limits of acknowledgements', () => {
  let fixture: DeliveryFixture;
  before(async () => {
    fixture = await startDeliveries();
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const acknowledgements = async () =>
    (await fixture.rows()).filter(({ kind }) => kind === 'ACKNOWLEDGEMENT');
  const toOneRecipient = () =>
    fixture.smtp.emails.filter(({ recipients }) => recipients.length === 1);
  const settled = async () => (await fixture.rows()).every(({ state }) => state !== 'QUEUED');

  it('sends an address only the earliest within a day, with several workers', async () => {
    for (let i = 0; i < 6; i++) {
      await addLead(fixture.owner, { email: i % 2 ? 'CARLA@example.com' : 'carla@example.com' });
      await sleep(2); // created_at counts milliseconds
    }
    for (let i = 0; i < 3; i++) fixture.deliver();
    await until(settled);
    const [first, ...others] = await acknowledgements();
    expect(first).to.include({ state: 'SENT' });
    for (const row of others) {
      expect(row).to.include({ state: 'SKIPPED', last_error: 'ALREADY_ACKNOWLEDGED', attempts: 0 });
    }
    expect(toOneRecipient()).to.have.length(1);
    expect((await fixture.states()).filter((line) => line === 'NOTIFICATION SENT')).to.have.length(
      6,
    );
  });

  it('sends none to an address that a mail server may read as another', async () => {
    for (const email of [
      'carla@gm\u00adail.com',
      'carla@gmail。com',
      '<carla@gmail.com>',
      ' a@b.example',
    ])
      await addLead(fixture.owner, { email });
    fixture.deliver();
    await until(settled);
    expect(toOneRecipient()).to.be.empty;
    for (const row of await acknowledgements()) {
      expect(row).to.include({ state: 'SKIPPED', last_error: 'ADDRESS INVALID' });
    }
  });

  it('sends another one when the last was more than a day ago', async () => {
    await addLead(fixture.owner, { email: 'carla@example.com' });
    fixture.deliver();
    await until(settled);
    await fixture.owner.raw("update outbox set sent_at = sent_at - interval '25 hours'");
    await addLead(fixture.owner, { email: 'carla@example.com' });
    await until(settled);
    expect((await acknowledgements()).map(({ state }) => state)).to.deep.equal(['SENT', 'SENT']);
  });

  it('counts an earlier one that is still being retried, and none that failed', async () => {
    fixture.smtp.replies.rcpt = (to) => (to === 'carla@example.com' ? 451 : undefined);
    await addLead(fixture.owner, { email: 'carla@example.com' });
    fixture.deliver();
    await until(async () => (await acknowledgements()).every(({ attempts }) => attempts === 1));
    await addLead(fixture.owner, { email: 'carla@example.com' });
    await until(async () => (await acknowledgements()).some(({ state }) => state === 'SKIPPED'));
    fixture.smtp.replies = {};
    await fixture.owner('outbox').where({ state: 'QUEUED' }).update({ state: 'FAILED' });
    await addLead(fixture.owner, { email: 'carla@example.com' });
    await until(settled);
    const states = (await acknowledgements()).map(({ state }) => state);
    expect(states).to.deep.equal(['FAILED', 'SKIPPED', 'SENT']);
  });

  it('delays only the acknowledgements that exceed the hourly limit', async () => {
    for (let i = 0; i < 12; i++) await addLead(fixture.owner);
    for (let i = 0; i < 3; i++) fixture.deliver({ ackMaxPerHour: 5 });
    await until(async () => {
      const rows = await fixture.rows();
      return rows.every(({ kind, state }) => kind === 'ACKNOWLEDGEMENT' || state === 'SENT');
    });
    await sleep(200);
    expect(toOneRecipient()).to.have.length(5);
    for (const row of await acknowledgements()) {
      if (row.state !== 'SENT') expect(row).to.include({ state: 'QUEUED', attempts: 0 });
    }
    await fixture.owner.raw("update outbox set sent_at = sent_at - interval '61 minutes'");
    await until(() => toOneRecipient().length === 10);
    await sleep(200);
    expect(toOneRecipient()).to.have.length(10);
  });
});
