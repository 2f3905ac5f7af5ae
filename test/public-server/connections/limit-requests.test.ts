import { expect } from 'chai';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import { submit } from '../../support/apps/public-app';
import { startPublicListener, type PublicListener } from '../../support/apps/public-listener';
import {
  endlessForm,
  filePart,
  firstAnswer,
  get,
  postHead,
  until,
  untilClosed,
} from '../../support/apps/raw-http';

const ann = '192.0.2.1';
const bob = '192.0.2.2';
const proxy = '127.0.0.1';
const forwardedFor = (address: string) => `X-Forwarded-For: ${address}`;

describe('requests at once, behind a proxy', () => {
  let server: PublicListener;

  beforeEach(async () => {
    const config = { trustedProxyHops: 1, connections: { max: 1000, perNetworkMax: 3 } };
    server = await startPublicListener({ config, timeouts: { stallMs: 1000 } });
  });

  afterEach(() => server.close());

  const send = (text: string) => server.connectFrom(proxy, text);
  const endless = (address: string) => send(endlessForm(forwardedFor(address)));
  const statusOf = async (path: string, address: string) =>
    Number((await firstAnswer(await send(get(path, forwardedFor(address))))).slice(9, 12));
  const page = (address: string) => statusOf('/', address);

  /** Takes every place of the network of this address. */
  async function occupy(address: string): Promise<Socket[]> {
    const sockets = await Promise.all([1, 2, 3].map(() => endless(address)));
    await until(async () => (await page(address)) === 429);
    return sockets;
  }

  it('are refused above the limit of their network, before anything of their body is read', async () => {
    await occupy(ann);
    const answer = await firstAnswer(await send(postHead('Content-Length: 5', forwardedFor(ann))));
    expect(answer).to.match(/^HTTP\/1.1 429 .*\r\nRetry-After: 10\r\n/s);
    expect(answer)
      .to.match(/<h1[^>]*>Too many at once</)
      .and.include('from your network');
    expect(await page(bob)).to.equal(200);
  });

  it('are refused as a problem for programs', async () => {
    await occupy(ann);
    const url = `http://127.0.0.1:${server.port}`;
    const headers = { 'X-Forwarded-For': ann, Accept: 'application/json' };
    const refused = await supertest(url).get('/').set(headers);
    expect(refused.status).to.equal(429);
    expect((refused.body as { detail: string }).detail).to.include('wait 10 seconds');
  });

  it('count a /64 of IPv6 as one network', async () => {
    await occupy('2001:db8:0:1::1');
    expect(await page('2001:db8:0:1:ffff::2')).to.equal(429);
    expect(await page('2001:db8:0:2::1')).to.equal(200);
  });

  it('are not the health checks and the assets', async () => {
    await occupy(ann);
    for (const path of ['/healthz', '/readyz', '/assets/public.css']) {
      expect(await statusOf(path, ann), path).to.equal(200);
    }
  });

  const from = forwardedFor(ann);
  const pages = get('/', from).repeat(3);
  const wholeForm =
    postHead(`Content-Length: ${filePart.length + 9}`, from) + `${filePart}\r\n--x--\r\n`;
  const ends: Record<string, () => Promise<unknown>> = {
    stored: () => Promise.resolve(submit(server.fixture.app).set('X-Forwarded-For', ann)),
    reset: async () => (await endless(ann)).resetAndDestroy(),
    closed: async () => (await endless(ann)).destroy(),
    stalled: async () => untilClosed(await endless(ann)),
    malformed: () => send(endlessForm(from).replace('x', '\0')),
    refused: () => send(postHead('Content-Length: 99', from)),
    'too large': () => send(postHead('Content-Length: 99999999', from)),
    'without any path': () => send(get('/none', from)),
    pipelined: () => send(pages),
    'reset while responses wait for their turn': async () => {
      const socket = await send(wholeForm + pages);
      await until(() => socket.bytesWritten > 0 && socket.writableLength === 0);
      await sleep(5);
      socket.resetAndDestroy();
    },
  };
  it('are not counted when nobody waits any more, while a file was looked for', async () => {
    for (let i = 0; i < 90; i++) {
      const socket = await send(get('/assets/none', from));
      socket.destroy();
    }
    await until(async () => (await statusOf('/thank-you', ann)) === 200);
    const held = await Promise.all([endless(ann), endless(ann)]);
    await until(() => [...server.peers].some(({ bytesRead }) => bytesRead > 100));
    expect(await page(ann)).to.equal(200);
    for (const socket of held) socket.destroy();
  });

  for (const [name, request] of Object.entries(ends)) {
    it(`free their places however they end: ${name}`, async () => {
      for (let n = 0; n < 6; n++) await Promise.all([request(), request()].slice(0, n < 3 ? 1 : 2));
      await until(async () => {
        const statuses = await Promise.all([1, 2, 3].map(() => statusOf('/thank-you', ann)));
        return statuses.every((status) => status === 200);
      });
      const held = await Promise.all([endless(ann), endless(ann)]);
      await until(() => [...server.peers].some(({ bytesRead }) => bytesRead > 100));
      expect(await page(ann)).to.equal(200);
      for (const socket of held) socket.destroy();
    });
  }

  it('hold few connections after their refusal, however slowly their bodies come', async () => {
    await occupy(ann);
    const refused = await Promise.all(Array.from({ length: 10 }, () => endless(ann)));
    for (const socket of refused) socket.resume();
    await until(() => refused.filter(({ closed }) => closed).length === 7);
    expect(await page(bob)).to.equal(200);
  });
});
