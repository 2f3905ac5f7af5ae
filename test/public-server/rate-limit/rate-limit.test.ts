import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest, { type Response } from 'supertest';
import { BoundedMap } from '../../../common/http/bounded-map';
import { startPublicApp, submit, type PublicFixture } from '../../support/apps/public-app';

const windowMs = 1900;

describe('POST /leads above its rate limit', () => {
  let fixture: PublicFixture;
  const start = async (rateLimit: { max: number; windowMs: number; totalMax?: number }) => {
    fixture = await startPublicApp({ config: { rateLimit, trustedProxyHops: 1 } });
  };
  const from = (address: string): Promise<Response> =>
    Promise.resolve(submit(fixture.app, {}, { json: true }).set('X-Forwarded-For', address));
  const statusFrom = async (address: string) => (await from(address)).status;
  const leads = async () => (await fixture.owner('leads').select('id')).length;

  afterEach(() => fixture.close());

  it('admits exactly so many of an address, and others besides', async () => {
    await start({ max: 3, windowMs: 60_000 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => statusFrom('192.0.2.1')));
    expect(answers.sort()).to.deep.equal([201, 201, 201, 429, 429, 429, 429, 429]);
    expect(await statusFrom('192.0.2.2')).to.equal(201);
    expect(await leads()).to.equal(4);
  });

  it('admits a client that waited as long as it was told', async () => {
    await start({ max: 1, windowMs });
    await from('192.0.2.1');
    const refused = await from('192.0.2.1');
    expect(refused.headers['retry-after']).to.equal('2');
    expect((refused.body as { detail: string }).detail).to.include('wait 2 seconds and');
    await sleep(1000);
    const early = await from('192.0.2.1');
    expect(early.status).to.equal(429);
    expect(Number(early.headers['retry-after'])).to.be.at.least(1);
    await sleep(1000);
    expect(await statusFrom('192.0.2.1')).to.equal(201);
  });

  it('never asks a client to come back in 0 seconds', async () => {
    await start({ max: 1, windowMs: 900 });
    await from('192.0.2.1');
    const refused = await from('192.0.2.1');
    expect(refused.headers['retry-after']).to.equal('1');
  });

  it('gives back the form with what was typed, and takes the file only when it is sent again', async () => {
    await start({ max: 1, windowMs: 60_000 });
    const id = randomUUID();
    await submit(fixture.app);
    const refused = await submit(fixture.app, { submission_id: id, resume: Buffer.alloc(200_000) });
    expect(refused.status).to.equal(429);
    expect(refused.text)
      .to.include('value="ann.lee@example.com"')
      .and.include(`value="${id}"`)
      .and.include('Too many submissions came from your network');
    expect(Number(refused.headers['retry-after'])).to.be.within(1, 60);
    expect(await leads()).to.equal(1);
    expect(await readdir(path.join(fixture.folder, 'spool'))).to.be.empty;
  });

  it('sends a page in response to a form that it cannot read', async () => {
    await start({ max: 1, windowMs: 60_000 });
    await submit(fixture.app);
    for (const type of ['multipart/form-data; boundary=x', 'multipart/form-data', 'text/plain']) {
      const post = supertest(fixture.app.callback()).post('/leads').set('Content-Type', type);
      const refused = await post.send('--y\r\n\0');
      expect(refused.status).to.equal(429);
      expect(refused.text).to.match(/<h1[^>]*>Too many requests</);
    }
  });

  it('has a ceiling for all, whose text blames nobody', async () => {
    await start({ max: 2, windowMs, totalMax: 3 });
    for (const n of [1, 2, 3]) expect(await statusFrom(`192.0.2.${n}`)).to.equal(201);
    const refused = await submit(fixture.app).set('X-Forwarded-For', '192.0.2.4');
    expect(refused.status).to.equal(429);
    expect(refused.headers['retry-after']).to.equal('2');
    expect(refused.text).to.include('Very many people are sending just now');
    expect(refused.text).to.not.match(/your network|Too many/);
    await sleep(2000);
    expect(await statusFrom('192.0.2.4')).to.equal(201);
  });

  it('does not let one address use up the turns of all', async () => {
    await start({ max: 1, windowMs: 60_000, totalMax: 3 });
    for (let i = 0; i < 10; i++) await from('192.0.2.1');
    expect(await statusFrom('192.0.2.2')).to.equal(201);
    expect(await statusFrom('192.0.2.3')).to.equal(201);
    expect(await statusFrom('192.0.2.4')).to.equal(429);
  });

  it('allows for the limit of the address, too, when the ceiling refuses its last turn', async () => {
    await start({ max: 1, windowMs: 2500, totalMax: 1 });
    await from('192.0.2.1');
    await sleep(1700);
    const refused = await from('192.0.2.2');
    expect(refused.headers['retry-after']).to.equal('3'); // all are free in one, this address in three
    await sleep(3000);
    expect(await statusFrom('192.0.2.2')).to.equal(201);
  });

  it('does not limit the pages', async () => {
    await start({ max: 1, windowMs: 60_000, totalMax: 1 });
    await from('192.0.2.1');
    for (const url of ['/', '/thank-you', '/healthz', '/assets/public.css']) {
      expect((await supertest(fixture.app.callback()).get(url)).status, url).to.equal(200);
    }
  });
});

describe('BoundedMap', () => {
  it('never holds more than it may, and forgets the oldest first', () => {
    const map = new BoundedMap({ max: 3, keepMs: 60_000 });
    for (const name of ['a', 'b', 'c', 'b', 'd']) map.set(name, 1);
    expect([...map.keys()]).to.deep.equal(['c', 'b', 'd']);
  });

  it('forgets what has expired, long before it is full', async () => {
    const map = new BoundedMap({ max: 100_000, keepMs: 20 });
    for (let i = 0; i < 1000; i++) map.set(`old ${i}`, 1);
    await sleep(30);
    map.set('new', 1);
    expect([...map.keys()]).to.deep.equal(['new']);
  });

  it('stays bounded under a flood of networks', () => {
    const map = new BoundedMap({ max: 100_000, keepMs: 60_000 });
    for (let i = 0; i < 100_100; i++) map.set(`${i}`, i);
    expect(map.size).to.equal(100_000);
    expect(map.get('100099')).to.equal(100_099);
  });
});
