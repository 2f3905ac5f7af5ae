import { expect } from 'chai';
import { startPublicListener, type PublicListener } from '../support/apps/public-listener';
import { get, untilClosed } from '../support/apps/raw-http';

const crlf = '\r\n';
const second = get('/healthz', 'Connection: close');
const post = (...headers: string[]) => ['POST /leads HTTP/1.1', 'Host: x', ...headers].join(crlf);

describe('HTTP messages whose end two programs could see differently', () => {
  let server: PublicListener;

  before(async () => {
    server = await startPublicListener();
  });

  after(() => server.close());

  for (const [name, head] of [
    ['both lengths', post('Content-Length: 4', 'Transfer-Encoding: chunked')],
    ['two lengths', post('Content-Length: 4', 'Content-Length: 5')],
    ['a length with a sign', post('Content-Length: +4')],
    ['an encoding behind chunked', post('Transfer-Encoding: chunked, identity')],
    ['a space before the colon', post('Content-Length : 4')],
    ['a folded header', post('X: a', ' Content-Length: 4')],
    ['a bare line feed', post('X: a\nContent-Length: 4')],
  ] as const) {
    it(`are refused, and so is what follows on the connection: ${name}`, async () => {
      const body = `0${crlf}${crlf}`;
      const socket = await server.connectFrom('127.0.0.1', head + crlf + crlf + body + second);
      const received = await untilClosed(socket);
      expect(received.match(/HTTP\/1\.1 \d{3}/g)).to.deep.equal(['HTTP/1.1 400']);
    });
  }

  it('are told from two good ones', async () => {
    const socket = await server.connectFrom('127.0.0.1', get('/healthz') + second);
    const received = await untilClosed(socket);
    expect(received.match(/HTTP\/1\.1 \d{3}/g)).to.deep.equal(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });
});

describe('the public server', () => {
  let server: PublicListener;

  before(async () => {
    server = await startPublicListener();
  });

  after(() => server.close());

  for (const [path, status] of [
    ['/', 405],
    ['/leads', 405],
    ['/nothing', 404],
  ] as const) {
    it(`does not repeat a request by TRACE: ${path}`, async () => {
      const request = get(path, 'X-Secret: 4711', 'Connection: close').replace('GET', 'TRACE');
      const received = await untilClosed(await server.connectFrom('127.0.0.1', request));
      expect(received)
        .to.match(new RegExp(`^HTTP/1\\.1 ${status} `))
        .and.not.include('4711');
    });
  }

  for (const path of ['/assets/', '/assets', '/assets/.', '/assets//']) {
    it(`lists no folder: ${path}`, async () => {
      const request = get(path, 'Connection: close');
      const received = await untilClosed(await server.connectFrom('127.0.0.1', request));
      expect(received).to.match(/^HTTP\/1\.1 404 /);
      expect(received).to.not.include('form.js');
    });
  }
});
