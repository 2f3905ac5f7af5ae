import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { addLead } from '../../support/apps/leads';
import {
  startDeliveries,
  until,
  type DeliveryFixture,
  type OutboxRow,
} from '../../support/smtp/deliveries';
import type { Reply } from '../../support/smtp/server';

describe('createMailWorker, refusals of our account', () => {
  let fixture: DeliveryFixture;
  before(async () => {
    fixture = await startDeliveries();
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const states = async () => [...new Set((await fixture.rows()).map(({ state }) => state))];
  const allSent = async () => (await states()).join() === 'SENT';
  const pauses = () => fixture.logged().filter(({ msg }) => msg === 'email delivery paused');

  const refusals: Reply[] = [
    '550 5.4.5 Daily user sending limit exceeded.',
    '554 5.2.252 SendAsDenied; info@firm.example not allowed to send as intake@lee.example',
    '454 4.7.0 Throttling failure: Maximum sending rate exceeded.',
    '550 5.7.26 Unauthenticated email from lee.example is not accepted due to its DMARC policy.',
  ];
  for (const refusal of refusals) {
    it(`pause delivery, and fail no email: ${String(refusal)}`, async () => {
      fixture.smtp.replies.data = refusal;
      for (let i = 0; i < 3; i++) await addLead(fixture.owner);
      const delivery = fixture.deliver();
      await until(() => delivery.status().state === 'PAUSED');
      await sleep(400);
      expect(delivery.status().state).to.equal('PAUSED');
      expect(pauses()).to.have.length(1);
      for (const row of await fixture.rows()) {
        expect(row).to.include({ state: 'QUEUED', attempts: 0, last_error: null });
      }
      fixture.smtp.replies = {};
      await until(allSent);
      expect(fixture.smtp.emails).to.have.length(6);
      expect(delivery.status().state).to.equal('RUNNING');
    });
  }

  it('are known at the recipient, too, where Postfix says them', async () => {
    fixture.smtp.replies.rcpt = () => '553 5.7.1 Sender address rejected: not owned by user intake';
    await addLead(fixture.owner);
    const delivery = fixture.deliver();
    await until(() => delivery.status().state === 'PAUSED');
    expect(await states()).to.deep.equal(['QUEUED']);
    fixture.smtp.replies = {};
    await until(allSent);
  });

  it('are recognised by three different emails in a row, and the first two are queued again', async () => {
    fixture.smtp.replies.data = '554 5.6.9 Rule 17 applies';
    for (let i = 0; i < 4; i++) await addLead(fixture.owner);
    const delivery = fixture.deliver();
    await until(() => delivery.status().state === 'PAUSED');
    await until(async () => (await states()).join() === 'QUEUED');
    fixture.smtp.replies = {};
    await until(allSent);
    expect(fixture.smtp.emails).to.have.length(8);
  });

  it('are not three that differ in code', async () => {
    const codes = ['554 5.6.1 One', '554 5.6.2 Two', '554 5.6.3 Three', '554 5.6.4 Four'] as const;
    let next = 0;
    fixture.smtp.replies.data = () => codes[next++ % codes.length];
    for (let i = 0; i < 2; i++) await addLead(fixture.owner);
    const delivery = fixture.deliver({}, { pace: { pollMs: 20, loops: 1, maxLoops: 1 } });
    await until(async () => (await states()).join() === 'FAILED');
    expect(delivery.status().state).to.equal('RUNNING');
  });

  it('are not refusals of recipients, however many', async () => {
    fixture.smtp.replies.rcpt = () => '550 5.1.1 No such user';
    for (let i = 0; i < 4; i++) await addLead(fixture.owner);
    const delivery = fixture.deliver();
    await until(async () => (await states()).join() === 'FAILED');
    expect(delivery.status().state).to.equal('RUNNING');
    expect(pauses()).to.be.empty;
  });

  it('let other emails pass when it is one email after all, and defer that one', async () => {
    const isOdd = (recipients: string[]) => recipients.includes('odd@example.com');
    fixture.smtp.replies.data = (to) =>
      isOdd(to) ? '550 5.7.26 Unauthenticated email is not accepted' : undefined;
    await addLead(fixture.owner, { email: 'odd@example.com' });
    for (let i = 0; i < 3; i++) await addLead(fixture.owner);
    fixture.deliver();
    await until(() => fixture.smtp.emails.length === 7);
    const notSent = async () => (await fixture.rows()).filter(({ state }) => state !== 'SENT');
    await until(async () => (await notSent()).every(({ attempts }) => attempts === 1));
    const [odd, ...others] = await notSent();
    expect(odd).to.include({ state: 'QUEUED', last_error: 'DATA 550 5.7.26' });
    expect(others).to.be.empty;
  });

  it('are not three emails that are refused again after another one passed', async () => {
    const isOdd = (to: string[]) => to[0]?.startsWith('odd');
    let refused = 0;
    fixture.smtp.replies.data = (to) => (isOdd(to) ? (refused++, '554 5.6.9 Rule 17') : undefined);
    for (let i = 0; i < 4; i++) await addLead(fixture.owner, { email: `odd${i}@example.com` });
    await fixture.owner('outbox').where({ kind: 'NOTIFICATION' }).delete();
    const delivery = fixture.deliver();
    await until(() => delivery.status().state === 'PAUSED');
    await addLead(fixture.owner);
    const isDeferred = ({ state, last_error }: OutboxRow) =>
      state === 'QUEUED' && last_error !== null;
    const isOver = (row: OutboxRow) => row.state === 'SENT' || isDeferred(row);
    await until(async () => (await fixture.rows()).every(isOver));
    expect(delivery.status().state).to.equal('RUNNING');
    expect(pauses()).to.have.length(1);
    const refusedSoFar = refused;
    await sleep(300);
    expect(refused).to.equal(refusedSoFar);
    const odd = (await fixture.rows()).filter(({ state }) => state !== 'SENT');
    expect(odd.map(({ state }) => state)).to.deep.equal(Array(4).fill('QUEUED'));
  });

  it('keep delivery paused without an email to try', async () => {
    fixture.smtp.replies.data = '550 5.4.5 Daily user sending limit exceeded.';
    await addLead(fixture.owner);
    const delivery = fixture.deliver();
    await until(() => delivery.status().state === 'PAUSED');
    await fixture.owner('leads').delete();
    await sleep(300);
    expect(delivery.status().state).to.equal('PAUSED');
  });

  it('can be tried at once', async () => {
    fixture.smtp.replies.data = '550 5.4.5 Daily user sending limit exceeded.';
    await addLead(fixture.owner);
    const delivery = fixture.deliver({}, { pace: { pollMs: 20, probeMs: 60_000 } });
    expect(delivery.tryNow()).to.be.false;
    await until(() => delivery.status().state === 'PAUSED');
    fixture.smtp.replies = {};
    await sleep(200);
    expect(fixture.smtp.emails).to.be.empty;
    expect(delivery.tryNow()).to.be.true;
    await until(allSent);
  });
});
