import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import supertest from 'supertest';
import { createDatabase } from '../../../common/database/connect';
import { listen } from '../../../common/http/listen';
import { createLeadIntake } from '../../../common/leads/add-lead';
import { samples, untilValue, valueOf } from '../../support/apps/metrics';
import {
  minimalPdf,
  startPublicApp,
  submit,
  type Form,
  type PublicFixture,
} from '../../support/apps/public-app';

describe('the metrics of the public server', () => {
  let fixture: PublicFixture;
  let metrics: Registry;
  beforeEach(async () => {
    fixture = await startPublicApp({ config: { maxResumeBytes: 50_000 } });
    ({ metrics } = fixture);
  });
  afterEach(() => fixture.close());

  const outcome = (name: string, n = 1) =>
    untilValue(metrics, 'submissions_total', { outcome: name }, n);
  const total = () => valueOf(metrics, 'submissions_total');

  const outcomes: [string, Form, number][] = [
    ['accepted', {}, 303],
    ['flagged', { website: 'https://spam.example' }, 303],
    ['invalid', { email: 'nobody' }, 422],
    ['invalid', { resume: null }, 422],
    ['too_large', { resume: Buffer.alloc(50_001, 'a') }, 413],
    ['too_large', { resume: Buffer.alloc(400_000, 'a') }, 413],
    ['malformed', { surplus: 'x' }, 400],
    ['malformed', { submission_id: 'x' }, 400],
  ];
  for (const [name, form, status] of outcomes) {
    const what = Object.keys(form).join() || 'nothing wrong';
    it(`count as ${name} a submission with ${what} (${status})`, async () => {
      expect((await submit(fixture.app, form)).status).to.equal(status);
      await outcome(name);
      expect(await total()).to.equal(1);
    });
  }

  it('tell a repeat from a new submission, and a conflict from both', async () => {
    const submission_id = randomUUID();
    for (const json of [true, false, true]) await submit(fixture.app, { submission_id }, { json });
    await outcome('repeated', 2);
    await outcome('accepted');
    const other = { submission_id, first_name: 'Bob' };
    expect((await submit(fixture.app, other, { json: true })).status).to.equal(409);
    await outcome('conflict');
    await submit(fixture.app, other);
    await submit(fixture.app, other); // under the id of its content by now
    await outcome('accepted', 2);
    await outcome('repeated', 3);
  });

  it('count requests that are no form, and those above the rate limit', async () => {
    const app = supertest(fixture.app.callback());
    expect((await app.post('/leads').send({ a: 1 })).status).to.equal(415);
    await outcome('malformed');
    const limited = await startPublicApp({
      config: { rateLimit: { max: 1, windowMs: 60_000, totalMax: undefined } },
    });
    for (const status of [303, 429]) expect((await submit(limited.app)).status).to.equal(status);
    await untilValue(limited.metrics, 'submissions_total', { outcome: 'rate_limited' }, 1);
    await limited.close();
  });

  it('count only submissions as submissions', async () => {
    const app = supertest(fixture.app.callback());
    await app.get('/');
    await app.get('/leads');
    await untilValue(metrics, 'http_requests_total', {}, 2);
    expect(await total()).to.equal(undefined);
  });

  it('count a sender who leaves as aborted, and as nothing else', async () => {
    const listener = await listen(fixture.app, { host: '127.0.0.1', port: 0 });
    const { port } = listener.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /leads HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
        'Content-Length: 5000\r\n\r\n--b\r\n',
    );
    await untilValue(metrics, 'upload_bytes_total', {}, 5); // it is being received
    socket.destroy();
    await outcome('aborted');
    await untilValue(metrics, 'http_requests_total', { route: '/leads', status: 'aborted' }, 1);
    expect(await total()).to.equal(1);
    await listener.close(0);
  });

  it('count the bytes of all bodies', async () => {
    await submit(fixture.app, { resume: minimalPdf });
    const first = (await valueOf(metrics, 'upload_bytes_total'))!;
    expect(first).to.be.within(minimalPdf.length, minimalPdf.length + 2000);
    await submit(fixture.app, { resume: Buffer.alloc(40_000, 'a'), email: 'nobody' });
    expect(await valueOf(metrics, 'upload_bytes_total')).to.be.within(
      first + 40_000,
      first + 42_000,
    );
  });

  it('time both stores, by outcome', async () => {
    await submit(fixture.app);
    const count = (labels: Record<string, string>) =>
      valueOf(metrics, 'store_duration_seconds_count', labels);
    expect(await count({ store: 'resumes', operation: 'create', outcome: 'ok' })).to.equal(1);
    expect(await count({ store: 'leads', operation: 'add', outcome: 'ok' })).to.equal(1);
    expect(await count({ outcome: 'failed' })).to.equal(undefined);
  });

  it('show which store is down', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const db = createDatabase('postgres://ann:secret@127.0.0.1:9/lead');
    for (const [store, overrides] of [
      [
        'resumes',
        { resumes: { create: () => Promise.reject(full), checkWritable: () => Promise.resolve() } },
      ],
      ['leads', { leads: createLeadIntake(db) }],
    ] as const) {
      const broken = await startPublicApp(overrides);
      expect((await submit(broken.app)).status).to.equal(503);
      await untilValue(broken.metrics, 'submissions_total', { outcome: 'unavailable' }, 1);
      const failed = { store, outcome: 'failed' };
      expect(await valueOf(broken.metrics, 'store_duration_seconds_count', failed)).to.equal(1);
      await broken.close();
    }
    await db.destroy();
  });

  it('count our own bugs as failed', async () => {
    const broken = await startPublicApp({
      leads: { add: () => Promise.reject(new TypeError('x')) },
    });
    expect((await submit(broken.app)).status).to.equal(500);
    await untilValue(broken.metrics, 'submissions_total', { outcome: 'failed' }, 1);
    await broken.close();
  });

  it('show the pool', async () => {
    const use = (name: string) => valueOf(metrics, 'database_pool_connections', { use: name });
    expect([await use('busy'), await use('idle')]).to.deep.equal([0, 0]);
    await submit(fixture.app);
    expect([await use('busy'), await use('idle')]).to.deep.equal([0, 1]);
    expect(await valueOf(metrics, 'database_pool_waiting')).to.equal(0);
  });

  it('show connections in use and callers that wait', async () => {
    const db = createDatabase(fixture.database.publicUrl);
    const busy = await startPublicApp({ db });
    const held = await Promise.all(Array.from({ length: 10 }, () => db.transaction()));
    const waiting = Promise.all([db.raw('select 1'), db.raw('select 1')]);
    await untilValue(busy.metrics, 'database_pool_connections', { use: 'busy' }, 10);
    await untilValue(busy.metrics, 'database_pool_waiting', {}, 2);
    await Promise.all(held.map((transaction) => transaction.rollback()));
    await waiting;
    await untilValue(busy.metrics, 'database_pool_waiting', {}, 0);
    await busy.close();
    await db.destroy();
  });

  it('have one series each for unknown paths, static files and unusual methods', async () => {
    const listener = await listen(fixture.app, { host: '127.0.0.1', port: 0 });
    const { port } = listener.server.address() as AddressInfo;
    const ask = async (method: string, path: string) => {
      const sent = request({ host: '127.0.0.1', port, method, path }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      await once(answer.resume(), 'end');
    };
    const odd = ['PROPFIND', 'SEARCH', 'M-SEARCH', 'REPORT', 'TRACE', 'LOCK', 'LINK', 'BIND'];
    for (let i = 0; i < 1000; i += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, j) =>
          ask('GET', `/${['', 'assets/', 'leads/', 'thank-you/'][j % 4]}carla-${i + j}?q=${i}`),
        ),
      );
    }
    for (const method of odd) for (const path of ['/', '/leads', '/x']) await ask(method, path);
    await ask('GET', '/assets/public.css');
    await ask('GET', `/thank-you?reference=carla`);
    await untilValue(metrics, 'http_requests_total', {}, 1000 + 3 * odd.length + 2);

    const series = await samples(metrics, 'http_requests_total');
    const unique = (label: string) =>
      [...new Set(series.map(({ labels }) => labels[label]))].sort();
    expect(unique('method')).to.deep.equal(['GET', 'other']);
    expect(unique('route')).to.include.members(['/assets/*', '/thank-you', 'none']);
    expect(unique('route').length).to.be.at.most(5);
    expect(series.length).to.be.below(12);
    expect(
      await valueOf(metrics, 'http_requests_total', { method: 'GET', route: 'none' }),
    ).to.equal(750);
    expect(await metrics.metrics()).to.not.include('carla');
    await listener.close(0);
  });

  it('hold no personal data', async () => {
    const people: Form = {
      first_name: 'Quirinus',
      last_name: 'Zwetschge',
      email: 'quirinus@zwetschge.example',
      filename: 'zwetschge-life.pdf',
      submission_id: randomUUID(),
    };
    await submit(fixture.app, people);
    await submit(fixture.app, { ...people, last_name: 'Zwetschge\0' });
    await submit(fixture.app, { ...people, Zwetschge: 'quirinus' });
    await supertest(fixture.app.callback()).get('/zwetschge?first_name=quirinus');
    await supertest(fixture.app.callback()).get('/assets/zwetschge');
    await untilValue(metrics, 'http_requests_total', {}, 5);
    const text = await metrics.metrics();
    expect(text).to.include('submissions_total{outcome="accepted"} 1');
    expect(text).to.not.match(/quirinus|zwetschge|127\.0\.0\.1/i);
    expect(text).to.not.include(people.submission_id!.slice(0, 8));
  });

  it('belong to one app only', async () => {
    const other = await startPublicApp();
    await submit(fixture.app);
    await outcome('accepted');
    expect(await valueOf(other.metrics, 'submissions_total')).to.equal(undefined);
    expect(await valueOf(other.metrics, 'http_requests_total')).to.equal(undefined);
    await other.close();
  });
});
