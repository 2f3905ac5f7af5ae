import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import type { MailWorker } from '../../../common/mail/worker';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { addLead } from '../../support/apps/leads';
import { startDeliveries, until, type DeliveryFixture } from '../../support/smtp/deliveries';
import type { TestSmtp } from '../../support/smtp/server';

describe('createMailWorker, outages', () => {
  let fixture: DeliveryFixture;
  before(async () => {
    fixture = await startDeliveries();
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const serverOf = () => new URL(fixture.smtp.url).host;
  const reasonOf = (delivery: MailWorker) => {
    const status = delivery.status();
    return status.state === 'PAUSED' ? status.reason : undefined;
  };
  const allSent = async () => (await fixture.rows()).every(({ state }) => state === 'SENT');

  /** Expects that no attempt was counted and no error recorded. */
  async function expectUntouched(): Promise<void> {
    for (const row of await fixture.rows()) {
      expect(row).to.include({ state: 'QUEUED', attempts: 0, last_error: null });
    }
  }

  const troubles: [string, TestSmtp['replies'], string][] = [
    ['refuses the password', { auth: 535 }, 'AUTH 535'],
    ['drops the connection at the password', { auth: 'die' }, 'AUTH ECONNECTION'],
    ['greets with a refusal', { greeting: 554 }, 'CONNECT 554'],
    ['never greets', { greeting: 'hang' }, 'CONNECT ETIMEDOUT'],
    ['refuses the sender', { mail: 550 }, 'MAIL 550'],
    ['refuses the sender for now', { mail: 451 }, 'MAIL 451'],
    ['drops the connection at the sender', { mail: 'die' }, 'MAIL ECONNECTION'],
    ['hangs at the sender', { mail: 'hang' }, 'MAIL ETIMEDOUT'],
  ];
  for (const [name, answers, reason] of troubles) {
    it(`pauses and fails no email while the server ${name}`, async () => {
      fixture.smtp.replies = answers;
      for (let i = 0; i < 3; i++) await addLead(fixture.owner);
      const delivery = fixture.deliver();
      await until(() => delivery.status().state === 'PAUSED');
      const { since } = delivery.status();
      await sleep(200);
      expect(delivery.status()).to.include({ state: 'PAUSED', since, reason, server: serverOf() });
      await expectUntouched();
      fixture.smtp.replies = {};
      await until(allSent);
      expect(fixture.smtp.emails).to.have.length(6);
      expect(delivery.status().state).to.equal('RUNNING');
    });
  }

  it('waits for a server that is down, and resumes when it is up', async () => {
    await fixture.smtp.stop();
    await addLead(fixture.owner);
    const delivery = fixture.deliver();
    await until(() => reasonOf(delivery) === 'CONNECT ECONNREFUSED');
    await sleep(200);
    await expectUntouched();
    await fixture.smtp.start();
    await until(allSent);
    expect(delivery.status().state).to.equal('RUNNING');
  });

  it('logs a pause and its end once each, not with every probe', async () => {
    fixture.smtp.replies.auth = 535;
    await addLead(fixture.owner);
    fixture.deliver();
    await until(() => fixture.smtp.connections > 4);
    fixture.smtp.replies = {};
    await until(allSent);
    const messages = fixture.logged().map(({ msg }) => msg);
    expect(messages.filter((msg) => msg === 'email delivery paused')).to.have.length(1);
    expect(messages.filter((msg) => msg === 'email delivery resumed')).to.have.length(1);
  });

  it('connects no more often than it probes while paused', async () => {
    fixture.smtp.replies.auth = 535;
    for (let i = 0; i < 20; i++) await addLead(fixture.owner);
    const delivery = fixture.deliver({}, { pace: { pollMs: 10, probeMs: 300 } });
    await until(() => delivery.status().state === 'PAUSED');
    await sleep(1000);
    expect(fixture.smtp.connections).to.be.within(3, 6);
  });

  it('keeps no email claimed while paused', async () => {
    fixture.smtp.replies.auth = 535;
    for (let i = 0; i < 3; i++) await addLead(fixture.owner);
    fixture.deliver({}, { pace: { pollMs: 20, probeMs: 60_000 } });
    await until(() => fixture.smtp.connections > 0);
    await until(async () => (await fixture.rows()).every((row) => row.locked_until === null));
  });

  it('stays paused without any email left, until the server accepts the password', async () => {
    fixture.smtp.replies.auth = 535;
    await addLead(fixture.owner);
    const delivery = fixture.deliver();
    await until(() => delivery.status().state === 'PAUSED');
    await until(async () => (await fixture.rows()).every((row) => row.locked_until === null));
    await fixture.owner('leads').delete();
    await sleep(250);
    expect(delivery.status().state).to.equal('PAUSED');
    fixture.smtp.replies = {};
    await until(() => delivery.status().state === 'RUNNING');
  });

  const losses: [string, TestSmtp['replies'], string][] = [
    ['is lost at the recipient', { rcpt: () => 'die' }, 'RCPT ECONNECTION'],
    ['hangs at the recipient', { rcpt: () => 'hang' }, 'RCPT ETIMEDOUT'],
    ['is sent away at the recipient', { rcpt: () => 421 }, 'RCPT 421'],
  ];
  for (const [name, answers, error] of losses) {
    it(`tries an email again later when it ${name}`, async () => {
      fixture.smtp.replies = answers;
      await addLead(fixture.owner);
      const delivery = fixture.deliver({}, { pace: { pollMs: 20, replyMs: 300, loops: 1 } });
      await until(async () => (await fixture.rows()).every(({ attempts }) => attempts === 1));
      for (const row of await fixture.rows()) {
        expect(row).to.include({ state: 'QUEUED', last_error: error, locked_until: null });
        expect(row.next_attempt_at.getTime()).to.be.greaterThan(Date.now());
      }
      expect(delivery.status().state).to.equal('RUNNING');
    });
  }

  it('counts no attempt when the server has closed the kept connection', async () => {
    const outbox = createOutboxRepository(fixture.db);
    let claims = 0;
    const claim = async () => {
      const emails = await outbox.claim(1);
      if (emails.length > 0 && ++claims === 2) fixture.smtp.dropConnections();
      return emails;
    };
    await addLead(fixture.owner);
    fixture.deliver({}, { outbox: { ...outbox, claim }, pace: { loops: 1 } });
    await until(allSent);
    expect((await fixture.rows()).map(({ attempts }) => attempts)).to.deep.equal([1, 1]);
    expect(fixture.smtp.connections).to.equal(2);
    expect(fixture.logged().filter(({ msg }) => msg === 'email delivery paused')).to.be.empty;
  });

  it('breaks off an email that takes too long, and no other', async () => {
    fixture.smtp.replies.rcpt = (to) => (to.startsWith('tar') ? 'hang' : undefined);
    await addLead(fixture.owner, { email: 'tar@example.com' });
    for (let i = 0; i < 5; i++) await addLead(fixture.owner);
    fixture.deliver({}, { pace: { pollMs: 20, sendMs: 300 } });
    await until(async () => (await fixture.rows()).every(({ attempts }) => attempts === 1));
    const [broken, ...others] = (await fixture.rows()).filter(({ state }) => state !== 'SENT');
    expect(broken).to.include({ state: 'QUEUED', last_error: 'RCPT ETIMEDOUT' });
    expect(others).to.be.empty;
  });

  it('sends the email of a killed worker when its lease has ended', async () => {
    await addLead(fixture.owner);
    const killed = createOutboxRepository(fixture.db);
    const [email] = await killed.claim(1);
    fixture.deliver();
    await until(() => fixture.smtp.emails.length === 1);
    await sleep(100);
    expect(fixture.smtp.emails).to.have.length(1);
    await fixture
      .owner('outbox')
      .where({ id: email!.id })
      .update({ locked_until: fixture.owner.fn.now() });
    await until(allSent);
    expect(fixture.smtp.emails).to.have.length(2);
  });

  it('reports that there is no server, and lets the emails wait', async () => {
    await addLead(fixture.owner);
    const delivery = fixture.deliver({ mail: undefined });
    await sleep(100);
    expect(delivery.status().state).to.equal('NO_SERVER');
    await expectUntouched();
  });

  it('releases what it has no time to send within the lease', async () => {
    fixture.smtp.replies.rcpt = () => 'hang';
    for (let i = 0; i < 3; i++) await addLead(fixture.owner);
    const outbox = createOutboxRepository(fixture.db);
    const released: number[] = [];
    const release: typeof outbox.release = (emails) => {
      released.push(emails.length);
      return outbox.release(emails);
    };
    const pace = { pollMs: 20, sendMs: 200, beginMs: 100, loops: 1 };
    fixture.deliver({}, { outbox: { ...outbox, release }, pace });
    await until(() => released.length > 0);
    expect(released[0]).to.equal(5);
    fixture.smtp.replies = {};
    await until(
      async () => (await fixture.rows()).filter((row) => row.state === 'SENT').length > 4,
    );
  });

  it('finishes the email that is being sent when it stops', async () => {
    for (let i = 0; i < 30; i++) await addLead(fixture.owner);
    const delivery = fixture.deliver();
    await until(() => fixture.smtp.emails.length > 3);
    await delivery.stop();
    const rows = await fixture.rows();
    expect(rows.filter(({ state }) => state === 'SENT').length).to.equal(
      fixture.smtp.emails.length,
    );
    expect(rows.filter(({ locked_until }) => locked_until !== null)).to.be.empty;
    const sent = fixture.smtp.emails.length;
    await sleep(100);
    expect(fixture.smtp.emails.length).to.equal(sent).and.be.lessThan(60);
  });

  it('releases its emails when the server keeps it from stopping', async () => {
    fixture.smtp.replies.mail = 'hang';
    for (let i = 0; i < 3; i++) await addLead(fixture.owner);
    const pace = { pollMs: 20, stopMs: 100 };
    const delivery = fixture.deliver({}, { pace });
    await until(() => fixture.smtp.connections > 0);
    await sleep(50);
    const started = Date.now();
    await delivery.stop();
    expect(Date.now() - started).to.be.below(2500); // without `stopMs` it is three seconds
    await expectUntouched();
    expect((await fixture.rows()).every((row) => row.locked_until === null)).to.be.true;
  });

  it('survives a database outage', async () => {
    const outbox = createOutboxRepository(fixture.db);
    let failures = 3;
    const claim: typeof outbox.claim = (...args) =>
      failures-- > 0 ? Promise.reject(new Error('away')) : outbox.claim(...args);
    await addLead(fixture.owner);
    const pace = { pollMs: 20, probeMs: 20, loops: 1 };
    fixture.deliver({}, { outbox: { ...outbox, claim }, pace });
    await until(allSent);
    expect(fixture.logged().filter(({ msg }) => msg === 'email delivery failed')).to.have.length(3);
  });

  it('sends nothing twice when the database fails between an email and its record', async () => {
    const outbox = createOutboxRepository(fixture.db);
    let failures = 3;
    const markSent: typeof outbox.markSent = (...args) =>
      failures-- > 0
        ? Promise.reject(new Error('Connection terminated unexpectedly'))
        : outbox.markSent(...args);
    await addLead(fixture.owner);
    fixture.deliver({}, { outbox: { ...outbox, markSent } });
    await until(allSent);
    expect(failures).to.be.below(0);
    expect(fixture.smtp.emails).to.have.length(2);
    expect(fixture.logged().filter(({ msg }) => msg === 'email delivery failed')).to.be.empty;
  });

  it('sends nothing more while it cannot record what it sent', async () => {
    const outbox = createOutboxRepository(fixture.db);
    const markSent = () => Promise.reject(new Error('nobody may write'));
    for (let i = 0; i < 20; i++) await addLead(fixture.owner);
    const pace = { pollMs: 20, probeMs: 10_000 };
    const delivery = fixture.deliver({}, { outbox: { ...outbox, markSent }, pace });
    const failed = () => fixture.logged().filter(({ msg }) => msg === 'email delivery failed');
    await until(() => failed().length > 1);
    await delivery.stop();
    expect(fixture.smtp.emails).to.have.length(2); // one for each loop
  });

  it('records an email after a deadlock', async () => {
    const outbox = createOutboxRepository(fixture.db);
    const deadlock = new DatabaseError('deadlock detected', 0, 'error');
    deadlock.code = '40P01';
    let deadlocks = 1;
    const markSent: typeof outbox.markSent = (...args) =>
      deadlocks-- > 0 ? Promise.reject(deadlock) : outbox.markSent(...args);
    await addLead(fixture.owner);
    fixture.deliver({}, { outbox: { ...outbox, markSent } });
    await until(allSent);
    expect(fixture.smtp.emails).to.have.length(2);
  });
});
