import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../../common/logger';
import { holdClaim } from '../../../common/mail/hold-claim';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { addLead } from '../../support/apps/leads';
import { rejection } from '../../support/rejection';
import { startDeliveries, until, type DeliveryFixture } from '../../support/smtp/deliveries';

describe('createMailWorker, outcomes that cannot be recorded', () => {
  let fixture: DeliveryFixture;
  before(async () => {
    fixture = await startDeliveries();
    await fixture.owner.raw(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'not this one'; end $$;
      create trigger refuse_sent before update on outbox for each row
        when (new.state = 'SENT') execute function refuse();
      create trigger refuse_all before update of state on outbox for each row
        execute function refuse();
      alter table outbox disable trigger user`);
  });
  beforeEach(() => fixture.owner.raw('alter table outbox disable trigger user'));
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const endClaims = () =>
    fixture.owner('outbox').update({ locked_until: fixture.owner.raw("now() - interval '1 s'") });
  const pace = { pollMs: 20, probeMs: 60 };

  it('stop the email with a visible error, and it is not sent again', async () => {
    await fixture.owner.raw('alter table outbox enable trigger refuse_sent');
    await addLead(fixture.owner);
    fixture.deliver({}, { pace });
    await until(async () => (await fixture.rows()).every(({ state }) => state === 'UNKNOWN'));
    for (const row of await fixture.rows()) {
      expect(row).to.include({ last_error: 'RECORD FAILED', unanswered: 3, locked_until: null });
    }
    await fixture.owner('outbox').update({ next_attempt_at: fixture.owner.fn.now() });
    await sleep(300);
    expect(fixture.smtp.emails).to.have.length(2);
    const messages = fixture.logged().map(({ msg }) => msg);
    expect(messages).to.include('the outcome of an email could not be recorded');
  });

  it('are remembered when nothing at all can be recorded, and the email is not sent again', async () => {
    await fixture.owner.raw('alter table outbox enable trigger refuse_all');
    await addLead(fixture.owner);
    fixture.deliver({}, { pace });
    await until(() => fixture.smtp.emails.length === 2);
    for (let i = 0; i < 3; i++) {
      await sleep(200);
      await endClaims();
    }
    expect(fixture.smtp.emails).to.have.length(2);
    await fixture.owner.raw('alter table outbox disable trigger user');
    await endClaims();
    await until(async () => (await fixture.rows()).every(({ state }) => state === 'UNKNOWN'));
    expect(fixture.smtp.emails).to.have.length(2);
  });

  it('count even when the claim has ended meanwhile', async () => {
    await addLead(fixture.owner);
    const outbox = createOutboxRepository(fixture.db);
    const markSent: typeof outbox.markSent = async (...args) => {
      await endClaims();
      return outbox.markSent(...args);
    };
    fixture.deliver({}, { pace, outbox: { ...outbox, markSent } });
    await until(async () => (await fixture.rows()).every(({ state }) => state === 'SENT'));
    await sleep(200);
    expect(fixture.smtp.emails).to.have.length(2);
  });

  it('are waited for by every connection when the claim has ended before the reply', async () => {
    fixture.smtp.replies = { dataAfterMs: 600 };
    await addLead(fixture.owner);
    const outbox = createOutboxRepository(fixture.db);
    const away = () => Promise.reject(Object.assign(new Error('Away'), { code: '57P01' }));
    let isAway = true;
    const renew: typeof outbox.renew = (...args) => (isAway ? away() : outbox.renew(...args));
    const impatient = { ...pace, slowMs: 50, renewMs: 50 };
    fixture.deliver({}, { pace: impatient, outbox: { ...outbox, renew } });
    await until(() => fixture.smtp.emails.length === 2);
    await endClaims();
    await sleep(200);
    isAway = false;
    await until(async () => (await fixture.rows()).every(({ state }) => state === 'SENT'));
    await sleep(200);
    expect(fixture.smtp.emails).to.have.length(2);
  });

  it('do not arise when the claim ends before the text is handed over', async () => {
    await addLead(fixture.owner);
    const outbox = createOutboxRepository(fixture.db);
    const log = createLogger('mail', 'silent');
    const [email] = await outbox.claim(1);
    const handOver = () =>
      holdClaim({ outbox, log, renewMs: 20 }, email!, async (onHandOver) => {
        await sleep(150);
        onHandOver();
      });
    await handOver();
    await endClaims();
    await outbox.claim(2); // as another server does
    expect(await rejection(handOver())).to.have.property('message', 'The claim has ended');
  });
});
