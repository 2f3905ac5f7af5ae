import { expect } from 'chai';
import { Counter, Registry } from 'prom-client';
import { serveMetrics } from '../../../common/metrics/serve';
import { freePort } from '../../../embedded/ports';
import { captureLog } from '../../support/captured-log';
import { rejection } from '../../support/rejection';

const user = 'prometheus';
const password = 'correct horse: battery';

describe('serveMetrics', () => {
  const { log, logged } = captureLog('public-server');
  let close: () => Promise<unknown>;
  let port: number;

  before(async () => {
    const registry = new Registry();
    new Counter({ name: 'things_total', help: 'Things', registers: [registry] }).inc(3);
    port = await freePort();
    close = await serveMetrics(registry, { host: '127.0.0.1', port, user, password }, log);
  });
  after(() => close());

  function ask(path: string, credentials?: string, method = 'GET'): Promise<Response> {
    const headers: Record<string, string> = {};
    if (credentials !== undefined) headers.Authorization = `Basic ${btoa(credentials)}`;
    return fetch(`http://127.0.0.1:${port}${path}`, { headers, method });
  }

  it('serves the metrics, including those of the process, to whoever signs in', async () => {
    const answer = await ask('/metrics', `${user}:${password}`);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-type')).to.include('text/plain').and.include('0.0.4');
    const text = await answer.text();
    expect(text).to.include('\nthings_total 3\n');
    expect(text).to.match(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
    expect(text).to.match(/^process_resident_memory_bytes \d+/m);
  });

  for (const [who, credentials] of [
    ['no credentials', undefined],
    ['an empty name and password', ':'],
    ['no password', `${user}:`],
    ['no name', `:${password}`],
    ['a wrong password', `${user}:${password}!`],
    ['the start of the password', `${user}:${password.slice(0, -1)}`],
    ['a wrong name', `admin:${password}`],
  ] as const) {
    it(`returns 401 for ${who}, whatever the path`, async () => {
      for (const path of ['/metrics', '/', '/healthz', '/assets/x']) {
        const answer = await ask(path, credentials);
        expect(answer.status, path).to.equal(401);
        expect(answer.headers.get('www-authenticate')).to.match(/^Basic realm=/);
        expect(await answer.text()).to.not.include('things_total');
      }
    });
  }

  it('serves nothing else', async () => {
    for (const path of ['/', '/healthz', '/readyz', '/leads', '/metrics/x', '/assets/x.css']) {
      expect((await ask(path, `${user}:${password}`)).status, path).to.equal(404);
    }
    expect((await ask('/metrics', `${user}:${password}`, 'POST')).status).to.equal(404);
  });

  it('logs no credentials', async () => {
    await ask('/metrics', 'carla:her-password');
    expect(logged()).to.include('serving metrics');
    expect(logged()).to.not.match(/carla|her-password|correct horse/);
  });

  it('answers 60 requests a minute from one network, and then none with the right password', async () => {
    const otherPort = await freePort();
    const config = { host: '127.0.0.1', port: otherPort, user, password };
    const closeOther = await serveMetrics(new Registry(), config, log);
    const statusWith = async (given: string) => {
      const headers = { Authorization: `Basic ${btoa(`${user}:${given}`)}` };
      return (await fetch(`http://127.0.0.1:${otherPort}/metrics`, { headers })).status;
    };
    for (let i = 0; i < 60; i++) expect(await statusWith(`guess ${i}`)).to.equal(401);
    expect(await statusWith('guess 60')).to.equal(429);
    expect(await statusWith(password)).to.equal(429);
    await closeOther();
  });

  it('names OPS_PORT when that port is taken', async () => {
    const config = { host: '127.0.0.1', port, user, password };
    const { message } = await rejection(serveMetrics(new Registry(), config, log));
    expect(message).to.equal(
      `Port ${port} is taken by another program. Set OPS_PORT to a free one.`,
    );
  });

  it('closes its port, and opens none unless configured', async () => {
    const other = await freePort();
    const config = { host: '127.0.0.1', port: other, user, password };
    const closeOther = await serveMetrics(new Registry(), config, log);
    await closeOther();
    const { cause } = await rejection(fetch(`http://127.0.0.1:${other}/metrics`));
    expect(cause).to.have.property('code', 'ECONNREFUSED');
    const registry = new Registry();
    await (
      await serveMetrics(registry, undefined, log)
    )();
    expect(registry.getMetricsAsArray()).to.be.empty;
  });
});
