import { expect } from 'chai';
import type Koa from 'koa';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { listen, type Listener } from '../../../common/http/listen';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';
import { untilValue } from '../../support/apps/metrics';
import { startPublicApp, type PublicFixture } from '../../support/apps/public-app';
import { until } from '../../support/smtp/deliveries';

interface Line {
  route?: string;
  status?: number;
  aborted?: boolean;
}

let listener: Listener;

async function open(app: Koa, request: string): Promise<Socket> {
  listener = await listen(app, { host: '127.0.0.1', port: 0 });
  const { port } = listener.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  await once(listener.server, 'request');
  return socket;
}

/** Waits for the line of the one request to this route. */
async function lineOf(app: { logged(): string }, route: string): Promise<Line> {
  let found: Line | undefined;
  await until(() => {
    const lines = app.logged().trimEnd().split('\n').filter(Boolean);
    found = lines.map((line) => JSON.parse(line) as Line).find((line) => line.route === route);
    return Promise.resolve(found !== undefined);
  });
  const { status, aborted } = found!;
  return { status, aborted };
}

const without = { status: undefined, aborted: true };

describe('the request log of the public server', () => {
  let fixture: PublicFixture;
  beforeEach(async () => {
    fixture = await startPublicApp();
  });
  afterEach(async () => {
    await listener.close(0);
    await fixture.close();
  });

  it('gives an upload that its sender breaks off no status', async () => {
    const socket = await open(
      fixture.app,
      'POST /leads HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n' +
        'Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n',
    );
    await untilValue(fixture.metrics, 'upload_bytes_total', {}, 5);
    socket.destroy();
    expect(await lineOf(fixture, '/leads')).to.deep.equal(without);
  });

  for (const [path, route, status] of [
    ['/', '/', 200],
    ['/nothing', 'none', 404],
  ] as const) {
    it(`gives ${path} the status that was sent`, async () => {
      const socket = await open(fixture.app, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(await lineOf(fixture, route)).to.deep.equal({ status, aborted: undefined });
      socket.destroy();
    });
  }
});

describe('the request log of the internal server', () => {
  let fixture: InternalFixture;
  beforeEach(async () => {
    fixture = await startInternalApp();
  });
  afterEach(async () => {
    await listener.close(0);
    await fixture.close();
  });

  function request(path: string): Promise<Socket> {
    const credentials = Buffer.from(`${fixture.ann.email}:${password}`).toString('base64');
    return open(
      fixture.app,
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${credentials}\r\n\r\n`,
    );
  }

  const counted = (route: string) =>
    untilValue(fixture.metrics, 'http_requests_total', { route, status: 'aborted' }, 1);

  it('gives a reader who leaves before the response no status', async () => {
    const held = await fixture.owner.transaction();
    await held.raw('lock table leads');
    const socket = await request('/leads');
    await until(async () => {
      const { rows } = await fixture.owner.raw<{ rows: unknown[] }>(
        "select 1 from pg_locks where not granted and relation = 'leads'::regclass",
      );
      return rows.length > 0;
    });
    socket.destroy();
    expect(await lineOf(fixture, '/leads')).to.deep.equal(without);
    await counted('/leads');
    await held.rollback();
  });

  it('keeps the status that was sent to a reader who leaves during the response', async () => {
    const { id } = await fixture.addLead({}, Buffer.alloc(50_000_000));
    const socket = await request(`/leads/${id}/resume`);
    await once(socket, 'data');
    socket.destroy();
    const route = '/leads/:id/resume';
    expect(await lineOf(fixture, route)).to.deep.equal({ status: 200, aborted: true });
    await counted(route);
  });
});
