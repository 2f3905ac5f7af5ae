import { expect } from 'chai';
import { Agent } from 'node:http';
import type { Registry } from 'prom-client';
import { createDatabase } from '../../common/database/connect';
import { createBacklogReader, type Backlog } from '../../common/metrics/overview/backlog';
import { startInternalApp, type InternalFixture } from '../support/apps/internal-app';
import { samples, untilValue, valueOf } from '../support/apps/metrics';

const hour = 3600;

describe('metrics of createInternalApp', () => {
  let fixture: InternalFixture;
  let metrics: Registry;
  beforeEach(async () => {
    fixture = await startInternalApp();
    ({ metrics } = fixture);
  });
  afterEach(() => fixture.close());

  const age = (seconds: number) => new Date(Date.now() - seconds * 1000);
  const emails = (state: string) => valueOf(metrics, 'outbox_mails', { state });

  it('count requests by the pattern of their route', async () => {
    const { id } = await fixture.addLead();
    await fixture.get(`/leads/${id}`);
    await fixture.get('/api/leads/nothing-like-an-id');
    await fixture.post(`/leads/${id}/notes`).type('form').send({ text: 'Called' });
    const staying = new Agent({ keepAlive: true }); // closing with the last byte may be too early
    await fixture.get('/assets/internal.css').agent(staying);
    staying.destroy();
    await fixture.get(`/nowhere/${id}`);
    for (const [method, route, status] of [
      ['GET', '/leads/:id', '200'],
      ['GET', '/api/leads/:id', '404'],
      ['POST', '/leads/:id/notes', '303'],
      ['GET', '/assets/*', '200'],
      ['GET', 'none', '404'],
    ] as const) {
      await untilValue(metrics, 'http_requests_total', { method, route, status }, 1);
      await untilValue(
        metrics,
        'http_request_duration_seconds_count',
        { method, route, status },
        1,
      );
    }
  });

  it('hold no personal data', async () => {
    const lead = await fixture.addLead({
      firstName: 'Quirinus',
      lastName: 'Zwetschge',
      email: 'quirinus@zwetschge.example',
    });
    await fixture.get('/leads?q=zwetschge');
    await fixture.get('/zwetschge/quirinus');
    await fixture.get(`/leads/${lead.id}/resume`);
    await untilValue(metrics, 'http_requests_total', {}, 3);
    const text = await metrics.metrics();
    expect(text).to.include('outbox_mails{state="QUEUED"} 2');
    expect(text).to.not.match(/quirinus|zwetschge|firm\.example|127\.0\.0\.1/i);
    expect(text).to.not.include(lead.id.slice(0, 8)).and.not.include(fixture.ann.id);
  });

  it('time reading and removing resumes, and reading leads', async () => {
    const { id } = await fixture.addLead();
    await fixture.get('/leads');
    await fixture.get(`/leads/${id}/resume`);
    const confirm = id.slice(0, 8);
    await fixture.post(`/leads/${id}/delete`, fixture.admin).type('form').send({ confirm });
    for (const [store, operation] of [
      ['resumes', 'read'],
      ['resumes', 'remove'],
      ['leads', 'list'],
    ] as const) {
      const labels = { store, operation, outcome: 'ok' };
      const count = await valueOf(metrics, 'store_duration_seconds_count', labels);
      expect(count, operation).to.equal(1);
    }
  });

  it('count the emails in each state', async () => {
    await fixture.addLead();
    await fixture.addLead({ flaggedReason: 'honeypot' });
    await fixture
      .owner('outbox')
      .where({ kind: 'NOTIFICATION', state: 'QUEUED' })
      .update({ state: 'FAILED' });
    const counts = [
      await emails('QUEUED'),
      await emails('FAILED'),
      await emails('SKIPPED'),
      await emails('SENT'),
    ];
    expect(counts).to.deep.equal([1, 1, 2, 0]);
    expect(await valueOf(metrics, 'database_up')).to.equal(1);
  });

  it('show this scrape, not the one before', async () => {
    await fixture.addLead();
    const text = await metrics.metrics(); // the first one ever
    expect(text).to.match(/^outbox_mails\{state="QUEUED"\} 2$/m);
    expect(text).to.match(/^leads_oldest_pending_seconds \d/m);
  });

  it('show how long the oldest email and the oldest lead have waited', async () => {
    for (const hours of [3, 5, 50]) {
      const { id } = await fixture.addLead();
      await fixture
        .owner('leads')
        .where({ id })
        .update({ created_at: age(hours * hour) });
      await fixture
        .owner('outbox')
        .where({ lead_id: id })
        .update({ created_at: age(hours * hour) });
      if (hours < 50) continue;
      const reached = {
        state: 'REACHED_OUT',
        reached_out_at: age(0),
        reached_out_by: fixture.ann.id,
      };
      await fixture.owner('leads').where({ id }).update(reached);
      await fixture.owner('outbox').where({ lead_id: id }).update({ state: 'SENT' });
    }
    const flagged = await fixture.addLead({ flaggedReason: 'honeypot' });
    await fixture
      .owner('leads')
      .where({ id: flagged.id })
      .update({ created_at: age(90 * hour) });
    for (const name of ['outbox_oldest_queued_seconds', 'leads_oldest_pending_seconds']) {
      expect(await valueOf(metrics, name), name).to.be.within(5 * hour, 5 * hour + 60);
    }
  });

  it('show 0 when nothing is waiting', async () => {
    for (const name of ['outbox_oldest_queued_seconds', 'leads_oldest_pending_seconds']) {
      expect(await valueOf(metrics, name), name).to.equal(0);
    }
  });

  it('leave out the backlog while the database is unavailable, and show it again afterwards', async () => {
    let isAway = false;
    const backlog: Backlog = {
      emails: { QUEUED: 1, SENT: 2, FAILED: 3, SKIPPED: 4, DISMISSED: 5, UNKNOWN: 6 },
      oldestQueuedEmailSeconds: 6,
      oldestPendingLeadSeconds: 7,
      brokenResumes: 8,
      lastSweepSeconds: 9,
    };
    const app = await startInternalApp({
      readBacklog: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(backlog)),
    });
    const names = [
      'outbox_mails',
      'outbox_oldest_queued_seconds',
      'leads_oldest_pending_seconds',
      'resumes_broken',
      'sweep_age_seconds',
    ];
    const shown = () =>
      Promise.all(['database_up', ...names].map((name) => valueOf(app.metrics, name)));
    expect(await shown()).to.deep.equal([1, 21, 6, 7, 8, 9]);
    isAway = true;
    expect(await shown()).to.deep.equal([0, ...names.map(() => undefined)]);
    expect(await samples(app.metrics, 'outbox_mails')).to.be.empty;
    expect(await valueOf(app.metrics, 'database_pool_waiting')).to.equal(0);
    isAway = false;
    expect(await shown()).to.deep.equal([1, 21, 6, 7, 8, 9]);
    await app.close();
  });

  it('do not wait for a database that hangs', async () => {
    const app = await startInternalApp({ readBacklog: () => new Promise(() => undefined) });
    expect(await app.metrics.metrics()).to.match(/^database_up 0$/m);
    await app.close();
  });

  it('survive a database that cannot be reached', async () => {
    const db = createDatabase('postgres://u:p@127.0.0.1:9/x');
    const app = await startInternalApp({ readBacklog: createBacklogReader({ db }) });
    expect(await app.metrics.metrics()).to.match(/^database_up 0$/m);
    await db.destroy();
    await app.close();
  });
});
