import { expect } from 'chai';
import type { Socket } from 'node:net';
import { startPublicListener, type PublicListener } from '../../support/apps/public-listener';
import { endlessForm, firstAnswer, get, until, untilClosed } from '../../support/apps/raw-http';

const ann = '127.0.0.2';
const bob = '127.0.0.3';
const halfSent = 'GET / HTTP/1.1\r\nX-Slow: ';

describe('connections above their limits', () => {
  let server: PublicListener;

  type Options = Parameters<typeof startPublicListener>[0];
  const start = async (connections: { max?: number; perNetworkMax?: number }, more?: Options) => {
    const config = { connections: { max: 100, perNetworkMax: 3, ...connections } };
    server = await startPublicListener({ config, ...more });
  };
  const open = () => server.peers.size;
  const haveAllSent = () => [...server.peers].every(({ bytesRead }) => bytesRead > 0);

  afterEach(() => server.close());

  const several = (address: string, count: number, text?: string): Promise<Socket[]> =>
    Promise.all(Array.from({ length: count }, () => server.connectFrom(address, text)));

  /** Connections that are kept alive after a response. */
  async function keptAlive(address: string, count: number): Promise<Socket[]> {
    const sockets = await several(address, count, get('/healthz'));
    for (const socket of sockets) expect(await firstAnswer(socket)).to.match(/^HTTP\/1.1 200 /);
    return sockets;
  }

  async function expectServed(address: string): Promise<void> {
    const answer = await firstAnswer(await server.connectFrom(address, get('/healthz')));
    expect(answer).to.match(/^HTTP\/1.1 200 /);
  }

  for (const [name, text] of [
    ['that sent nothing', ''],
    ['with half a header', halfSent],
    ['with half a form', endlessForm()],
  ] as const) {
    it(`are closed without a word: those of one address ${name}`, async () => {
      await start({ perNetworkMax: 3 });
      const first = await several(ann, 3, text);
      await until(() => open() === 3);
      expect(await untilClosed(await server.connectFrom(ann, get('/healthz')))).to.equal('');
      await expectServed(bob);
      expect(first.filter(({ closed }) => closed)).to.be.empty;
    });
  }

  it('take the place of one that the same address keeps alive', async () => {
    await start({ perNetworkMax: 3 });
    const [first, ...others] = await keptAlive(ann, 3);
    const ofBob = await keptAlive(bob, 3);
    await expectServed(ann);
    await untilClosed(first!);
    expect([...others, ...ofBob].filter(({ closed }) => closed)).to.be.empty;
  });

  it('do not take the place of one that has a request under way, or half of one', async () => {
    await start({ perNetworkMax: 2 });
    const busy = await keptAlive(ann, 2);
    busy[0]!.write(endlessForm());
    busy[1]!.write(halfSent);
    const bytes = get('/healthz').length;
    await until(() => [...server.peers].every(({ bytesRead }) => bytesRead > bytes));
    await untilClosed(await server.connectFrom(ann));
    expect(busy.filter(({ closed }) => closed)).to.be.empty;
  });

  for (const [name, end] of [
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.destroy()],
    ['half closed', (socket: Socket) => socket.end()],
    ['ended by an invalid request', (socket: Socket) => socket.write('\0\r\n\r\n')],
    ['ended by the limit for headers', (socket: Socket) => socket.write(halfSent)],
    ['ended after their response', (s: Socket) => s.write(get('/healthz', 'Connection: close'))],
  ] as const) {
    it(`free their places however they end: ${name}`, async () => {
      await start({ perNetworkMax: 4 }, { timeouts: { headersMs: 200, stallMs: 1000 } });
      for (let round = 0; round < 3; round++) {
        const sockets = await several(ann, 4);
        await until(() => open() === 4);
        for (const socket of sockets) end(socket.resume());
        await until(() => open() === 0);
      }
      await expectServed(ann);
    });
  }

  it('take the place of the longest idle one when all are taken, used or not', async () => {
    await start({ max: 3 });
    const [unused] = await several(ann, 1);
    await until(() => open() === 1);
    const [kept] = await keptAlive('127.0.0.4', 1);
    const [busy] = await several('127.0.0.5', 1, endlessForm());
    await until(() => open() === 3);
    await expectServed(bob);
    await untilClosed(unused!);
    expect(kept!.closed).to.be.false;
    await expectServed('127.0.0.6');
    await untilClosed(kept!);
    expect(busy!.closed).to.be.false;
  });

  it('are closed when all are taken and none is idle, which is counted and logged once', async () => {
    await start({ max: 2 });
    const busy = [...(await several(ann, 1, halfSent)), ...(await several(bob, 1, endlessForm()))];
    await until(() => open() === 2 && haveAllSent());
    for (let n = 0; n < 3; n++) await untilClosed(await server.connectFrom('127.0.0.4'));
    expect(busy.filter(({ closed }) => closed)).to.be.empty;
    const counted = await server.fixture.metrics.getSingleMetricAsString(
      'connections_refused_total',
    );
    expect(counted).to.include('connections_refused_total{limit="all"} 3');
    expect(server.logged().match(/connections are refused/g)).to.have.length(1);
  });

  it('counts no connections of proxies by network', async () => {
    await start(
      { perNetworkMax: 2 },
      {
        config: { connections: { max: 100, perNetworkMax: 2 }, trustedProxyHops: 1 },
      },
    );
    await several(ann, 5, halfSent);
    await expectServed(ann);
  });
});
