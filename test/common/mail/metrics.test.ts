import { expect } from 'chai';
import { Registry } from 'prom-client';
import { startDeliveries, until, type DeliveryFixture } from '../../support/smtp/deliveries';
import { addLead } from '../../support/apps/leads';
import { samples, untilValue, valueOf } from '../../support/apps/metrics';

describe('createMailMetrics', () => {
  let fixture: DeliveryFixture;
  let metrics: Registry;
  before(async () => {
    fixture = await startDeliveries();
  });
  beforeEach(() => {
    metrics = new Registry();
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  const name = 'mail_attempts_total';
  const inState = async () =>
    (await samples(metrics, 'mail_delivery_state'))
      .filter(({ value }) => value === 1)
      .map(({ labels }) => labels.state);

  it('counts what is sent, what is refused and what is tried again', async () => {
    await addLead(fixture.owner);
    fixture.deliver({}, { metrics });
    await untilValue(metrics, name, { kind: 'NOTIFICATION', state: 'SENT' }, 1);
    await untilValue(metrics, name, { kind: 'ACKNOWLEDGEMENT', state: 'SENT' }, 1);
    fixture.smtp.replies.data = 550;
    await addLead(fixture.owner);
    await untilValue(metrics, name, { state: 'FAILED' }, 2);
    fixture.smtp.replies.data = 451;
    await addLead(fixture.owner);
    await untilValue(metrics, name, { state: 'QUEUED' }, 2);
    expect(await valueOf(metrics, name)).to.equal(6);
    expect(await metrics.metrics()).to.not.match(/carla|moreno|@|\.example/i);
  });

  it('counts an acknowledgement that is skipped', async () => {
    await addLead(fixture.owner, { email: 'carla@example.com' });
    await addLead(fixture.owner, { email: 'carla@example.com' });
    fixture.deliver({}, { metrics });
    await untilValue(metrics, name, { kind: 'ACKNOWLEDGEMENT', state: 'SKIPPED' }, 1);
    await untilValue(metrics, name, { state: 'SENT' }, 3);
  });

  it('shows a pause and its end, and counts no attempts meanwhile', async () => {
    fixture.deliver({}, { metrics });
    expect(await inState()).to.deep.equal(['RUNNING']);
    await fixture.smtp.stop();
    await addLead(fixture.owner);
    await until(async () => (await inState())[0] === 'PAUSED');
    expect(await valueOf(metrics, name)).to.equal(undefined);
    await fixture.smtp.start();
    await untilValue(metrics, name, { state: 'SENT' }, 2);
    await until(async () => (await inState())[0] === 'RUNNING');
  });

  it('shows that there is no mail server', async () => {
    fixture.deliver({ mail: undefined }, { metrics });
    expect(await inState()).to.deep.equal(['NO_SERVER']);
  });
});
