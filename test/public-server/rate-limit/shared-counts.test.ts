import { expect } from 'chai';
import Koa from 'koa';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'supertest';
import { listen } from '../../../common/http/listen';
import { rateLimit } from '../../../public-server/rate-limit/rate-limit';
import {
  openSharedCounts,
  type SharedCounts,
} from '../../../public-server/rate-limit/shared-counts';
import { captureLog } from '../../support/captured-log';
import { startPublicApp, submit, type PublicFixture } from '../../support/apps/public-app';
import { needsRedis, startRedis, type TestRedis } from '../../support/process/redis';

const secret = 'the database password';
const away = 'Redis is unavailable: each server limits alone';
const back = 'Redis is available again: rate limits are shared';

describe('rate limits that servers share in Redis', () => {
  needsRedis();

  let redis: TestRedis;
  let servers: PublicFixture[];
  let opened: SharedCounts[];

  beforeEach(async () => {
    servers = [];
    opened = [];
    redis = await startRedis();
  });

  afterEach(async () => {
    for (const { redis } of opened) redis.disconnect();
    for (const server of servers) await server.close();
    await redis.close();
  });

  async function start(
    limits: { max: number; windowMs?: number; totalMax?: number },
    url?: string,
  ) {
    const sharedCounts = await openSharedCounts(url ?? redis.url, secret);
    opened.push(sharedCounts);
    const rateLimit = { windowMs: 60_000, ...limits };
    const server = await startPublicApp({
      config: { rateLimit, trustedProxyHops: 1 },
      sharedCounts,
    });
    servers.push(server);
    return server;
  }

  const from = ({ app }: PublicFixture, address = '192.0.2.1'): Promise<Response> =>
    Promise.resolve(submit(app, {}, { json: true }).set('X-Forwarded-For', address));
  const statusFrom = async (server: PublicFixture, address?: string) =>
    (await from(server, address)).status;
  const said = (server: PublicFixture, line: string) => server.logged().split(line).length - 1;

  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()); tries++) {
      if (tries > 200) throw new Error('it never came to hold');
      await sleep(50);
    }
  }

  it('count what came to any of them', async () => {
    const [a, b] = [await start({ max: 3 }), await start({ max: 3 })];
    for (const server of [a, b, a]) expect(await statusFrom(server)).to.equal(201);
    expect(await statusFrom(b)).to.equal(429);
    expect(await statusFrom(a)).to.equal(429);
    expect(await statusFrom(b, '192.0.2.2')).to.equal(201);
    expect(said(a, away) + said(b, away)).to.equal(0);
  });

  it('have one ceiling together', async () => {
    const limits = { max: 5, totalMax: 2 };
    const [a, b] = [await start(limits), await start(limits)];
    expect(await statusFrom(a, '192.0.2.1')).to.equal(201);
    expect(await statusFrom(b, '192.0.2.2')).to.equal(201);
    expect(await statusFrom(a, '192.0.2.3')).to.equal(429);
  });

  it('admit a client that waited as long as it was told', async () => {
    const limits = { max: 2, windowMs: 1900 };
    const [a, b] = [await start(limits), await start(limits)];
    await from(a);
    await from(b);
    const refused = await from(a);
    expect(refused.status).to.equal(429);
    expect(refused.headers['retry-after']).to.equal('2');
    await sleep(2000);
    expect(await statusFrom(b)).to.equal(201);
    expect(await statusFrom(a)).to.equal(201);
    expect(await statusFrom(b)).to.equal(429);
  });

  it('leave no address in Redis, nothing that can be guessed, and nothing for long', async () => {
    await from(await start({ max: 5, windowMs: 5000, totalMax: 5 }));
    const keys = await redis.look.keys('*');
    expect(keys).to.have.length(2);
    for (const key of keys) {
      expect(key).to.match(/^lead-intake:limit:[\w-]{43}$/);
      expect(await redis.look.pttl(key)).to.be.within(1, 5000);
      expect(await redis.look.type(key)).to.equal('zset');
      for (const member of await redis.look.zrange(key, '0', '-1')) {
        expect(member).to.match(/^\d{13}(\.\d+)?$/);
      }
    }
    const other = await openSharedCounts(redis.url, 'another password');
    opened.push(other);
    expect(keys).to.not.include(`lead-intake:limit:${other.keyOf('192.0.2.1')}`);
  });

  it('are local while Redis is away, become shared again by themselves, and log each change once', async () => {
    const server = await start({ max: 2 });
    expect(await statusFrom(server)).to.equal(201);
    await redis.stop();
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await statusFrom(server));
    expect(answers).to.deep.equal([201, 201, 429, 429]);
    expect(said(server, away)).to.equal(1);

    await redis.start();
    await until(async () => (await from(server)).status === 201); // Redis forgot everything
    expect(said(server, back)).to.equal(1);
    expect(said(server, away)).to.equal(1);
    expect(await redis.look.dbsize()).to.equal(1);
  });

  it('do not wait for a stalled Redis, and are shared again when it continues', async () => {
    const server = await start({ max: 10 });
    await from(server);
    redis.freeze();
    for (let i = 0; i < 5; i++) expect(await statusFrom(server)).to.equal(201);
    expect(said(server, away)).to.equal(1);
    redis.thaw();
    await until(async () => {
      await from(server, '192.0.2.7');
      return said(server, back) === 1;
    });
    expect(said(server, away)).to.equal(1);
  });

  it('decide while Redis stalls, however many ask', async () => {
    const sharedCounts = await openSharedCounts(redis.url, secret);
    opened.push(sharedCounts);
    const { log, logged } = captureLog('test');
    const app = new Koa();
    const limits = { max: 200, windowMs: 60_000 };
    for (const limit of rateLimit({ config: { rateLimit: limits }, log, sharedCounts })) {
      app.use(limit);
    }
    app.use((ctx) => (ctx.body = 'admitted'));
    const listener = await listen(app, { host: '127.0.0.1', port: 0 });
    const { port } = listener.server.address() as AddressInfo;
    const statusOf = async () => (await fetch(`http://127.0.0.1:${port}`)).status;
    expect(await statusOf()).to.equal(200);
    redis.freeze();
    const statuses = await Promise.all(Array.from({ length: 250 }, statusOf));
    expect(statuses.filter((status) => status === 200)).to.have.length(200);
    expect(statuses.filter((status) => status === 429)).to.have.length(50);
    expect(logged().split(away)).to.have.length(2);
    await listener.close(0);
  });

  it('start without Redis, and share as soon as it is there', async () => {
    await redis.stop();
    const server = await start({ max: 1 });
    expect(await statusFrom(server)).to.equal(201);
    expect(await statusFrom(server)).to.equal(429);
    await redis.start();
    await until(async () => (await statusFrom(server)) === 201);
    expect(said(server, back)).to.equal(1);
  });

  it('never log the password', async () => {
    const wrong = redis.url.replace(redis.password, 'wrong-secret-2');
    const server = await start({ max: 1 }, wrong);
    expect(await statusFrom(server)).to.equal(201);
    expect(await statusFrom(server)).to.equal(429);
    await redis.stop();
    await statusFrom(server);
    expect(said(server, away)).to.equal(1);
    expect(server.logged()).to.not.match(/secret|password/i);
  });
});

describe('rate limits when REDIS_URL accepts connections and never responds', () => {
  let silent: Server;
  before(async () => {
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  after(() => silent.close());

  it('are local, and the server starts', async () => {
    const { port } = silent.address() as AddressInfo;
    const sharedCounts = await openSharedCounts(`redis://127.0.0.1:${port}`, secret);
    const config = { rateLimit: { max: 1, windowMs: 60_000 } };
    const fixture = await startPublicApp({ config, sharedCounts });
    expect((await submit(fixture.app)).status).to.equal(303);
    expect((await submit(fixture.app)).status).to.equal(429);
    sharedCounts.redis.disconnect();
    await fixture.close();
  });
});
