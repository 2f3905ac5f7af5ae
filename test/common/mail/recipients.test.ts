import { expect } from 'chai';
import { hashAddress } from '../../../common/outbox/recipients';
import { addLead } from '../../support/apps/leads';
import {
  mailServer,
  startDeliveries,
  until,
  type DeliveryFixture,
} from '../../support/smtp/deliveries';

describe('createMailWorker, recipients', () => {
  let fixture: DeliveryFixture;
  before(async () => {
    fixture = await startDeliveries();
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const [ann = '', bob = '', cleo = ''] = mailServer.attorneyEmails;
  const notification = async () =>
    (await fixture.rows()).find(({ kind }) => kind === 'NOTIFICATION')!;
  const received = () =>
    fixture.smtp.emails
      .filter(({ parsed }) => parsed.subject?.startsWith('New lead'))
      .flatMap(({ recipients }) => recipients)
      .sort();
  const statesByAddress = async () => {
    const rows = await fixture
      .owner('outbox_recipients')
      .select<{ address_hash: Buffer; state: string }[]>('address_hash', 'state');
    const states = new Map(rows.map((row) => [row.address_hash.toString('hex'), row.state]));
    return [ann, bob, cleo].map((address) => states.get(hashAddress(address)));
  };
  const attempted = (count: number) => async () => (await notification()).attempts === count;
  const makeDue = () => fixture.owner('outbox').update({ next_attempt_at: fixture.owner.fn.now() });

  it('get an email later when they are deferred, and the others do not get it again', async () => {
    fixture.smtp.replies.rcpt = (to) => (to === bob ? '451 4.7.1 Greylisted' : undefined);
    await addLead(fixture.owner);
    fixture.deliver();
    await until(attempted(1));
    expect(await notification()).to.include({ state: 'QUEUED', last_error: 'RCPT 451 4.7.1' });
    expect(await statesByAddress()).to.deep.equal(['SENT', 'QUEUED', 'SENT']);
    fixture.smtp.replies = {};
    await makeDue();
    await until(async () => (await notification()).state === 'SENT');
    expect(received()).to.deep.equal([ann, bob, cleo]);
    expect(await statesByAddress()).to.deep.equal(['SENT', 'SENT', 'SENT']);
    const subjects = new Set(fixture.smtp.emails.map(({ parsed }) => parsed.messageId));
    expect(subjects).to.have.property('size', 2);
  });

  it('who refuse do not keep the email from the others', async () => {
    fixture.smtp.replies.rcpt = (to) =>
      ({ [ann]: 550 as const, [bob]: 451 as const })[to] ?? undefined;
    await addLead(fixture.owner);
    fixture.deliver();
    await until(attempted(1));
    expect(await statesByAddress()).to.deep.equal(['FAILED', 'QUEUED', 'SENT']);
    fixture.smtp.replies = {};
    await makeDue();
    await until(async () => (await notification()).state === 'SENT');
    expect(received()).to.deep.equal([bob, cleo]);
    expect(await statesByAddress()).to.deep.equal(['FAILED', 'SENT', 'SENT']);
  });

  for (const [name, reply, error] of [
    ['our account may send no more', '550 5.4.5 Daily sending limit exceeded', '550 5.4.5'],
    ['the reply is no refusal', 354, 'EPROTOCOL'],
  ] as const) {
    it(`are tried again later, and not given up, when ${name}`, async () => {
      fixture.smtp.replies.rcpt = (to) => (to === bob ? reply : undefined);
      await addLead(fixture.owner);
      const delivery = fixture.deliver();
      await until(attempted(1));
      expect(await notification()).to.include({ state: 'QUEUED', last_error: `RCPT ${error}` });
      expect(await statesByAddress()).to.deep.equal(['SENT', 'QUEUED', 'SENT']);
      expect(delivery.status().state).to.equal('RUNNING');
    });
  }

  it('are given up one by one, and the email counts as sent if somebody got it', async () => {
    fixture.smtp.replies.rcpt = (to) => (to === bob ? 451 : undefined);
    await addLead(fixture.owner);
    fixture.deliver({ giveUpHours: 2 });
    await until(attempted(1));
    await fixture.owner.raw("update outbox set first_attempt_at = now() - interval '2 hours'");
    await makeDue();
    await until(async () => (await notification()).state === 'SENT');
    expect(await statesByAddress()).to.deep.equal(['SENT', 'FAILED', 'SENT']);
    expect((await notification()).sent_at).to.be.a('date');
  });

  it('are all tried again when all refuse, one of them only for now', async () => {
    fixture.smtp.replies.rcpt = (to) => (to === bob ? 451 : 550);
    await addLead(fixture.owner);
    fixture.deliver();
    await until(attempted(1));
    expect(await notification()).to.include({ state: 'QUEUED', last_error: 'RCPT 451' });
    expect(await statesByAddress()).to.deep.equal(['FAILED', 'QUEUED', 'FAILED']);
  });

  it('have no record while all of them get the email at once', async () => {
    await addLead(fixture.owner);
    fixture.deliver();
    await until(async () => (await notification()).state === 'SENT');
    expect(await statesByAddress()).to.deep.equal([undefined, undefined, undefined]);
  });

  it('of an acknowledgement have none: the address is a prospect’s', async () => {
    fixture.smtp.replies.rcpt = (to) => (to.endsWith('@example.com') ? 550 : undefined);
    await addLead(fixture.owner);
    fixture.deliver();
    await until(async () => (await fixture.rows()).every(({ state }) => state !== 'QUEUED'));
    expect(await fixture.owner('outbox_recipients')).to.be.empty;
  });

  it('left in ATTORNEY_EMAILS decide: when nobody is left, what was sent counts', async () => {
    fixture.smtp.replies.rcpt = (to) => (to === bob ? 451 : undefined);
    await addLead(fixture.owner);
    fixture.deliver();
    await until(attempted(1));
    const mail = { ...mailServer, smtpUrl: fixture.smtp.url, attorneyEmails: [ann, cleo] };
    await fixture.stopWorkers();
    fixture.deliver({ mail });
    await makeDue();
    await until(async () => (await notification()).state === 'SENT');
    expect(received()).to.deep.equal([ann, cleo]);
  });

  it('are known by address in whatever spelling', () => {
    expect(hashAddress('Bob@Bücher.example')).to.equal(hashAddress('bob@xn--bcher-kva.example'));
    expect(hashAddress('bob@lee.example')).to.not.equal(hashAddress('rob@lee.example'));
    expect(hashAddress('bob@localhost')).to.match(/^[0-9a-f]{64}$/);
  });
});
