import { expect } from 'chai';
import type { Socket } from 'node:net';
import { minimalPdf } from '../../support/apps/public-app';
import { startPublicListener, type PublicListener } from '../../support/apps/public-listener';
import {
  endlessForm,
  filePart,
  firstAnswer,
  postHead,
  until,
  untilClosed,
} from '../../support/apps/raw-http';

const part = (name: string, value: string, more = '') =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const body = [
  part('first_name', 'Ann'),
  part('last_name', 'Lee'),
  part('email', 'ann@example.com'),
  part('resume', minimalPdf.toString(), '; filename="cv.pdf"'),
  '--x--\r\n',
].join('');

const limit = 10 * 1024 * 1024;
const expecting = (bytes: number, ...headers: string[]) =>
  postHead(`Content-Length: ${bytes}`, 'Expect: 100-continue', ...headers);
const json = 'Accept: application/json';

describe('Expect: 100-continue', () => {
  let server: PublicListener;
  const send = (text: string): Promise<Socket> => server.connectFrom('127.0.0.1', text);

  afterEach(() => server.close());

  it('gets 100, and then the response, for a body of a good length', async () => {
    server = await startPublicListener();
    const socket = await send(expecting(body.length, json, 'Connection: close'));
    expect(await firstAnswer(socket)).to.equal('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body);
    expect(await untilClosed(socket)).to.match(/^HTTP\/1.1 201 /);
  });

  it('gets 100 a little above the limit, for the sake of the typed text', async () => {
    server = await startPublicListener();
    const socket = await send(expecting(limit * 1.5));
    expect(await firstAnswer(socket)).to.match(/^HTTP\/1.1 100 /);
    socket.write(filePart + 'a'.repeat(300_000));
    const answer = await firstAnswer(socket);
    expect(answer)
      .to.match(/^HTTP\/1.1 413 /)
      .and.include('value="Ann"');
  });

  for (const [name, head, status] of [
    ['a length far above the limit', expecting(limit * 3), 413],
    ['another kind of body', expecting(9).replace('multipart/form-data', 'text/plain'), 415],
    ['a path without a form', expecting(9).replace('/leads', '/'), 405],
  ] as const) {
    it(`gets the refusal instead: ${name}`, async () => {
      server = await startPublicListener();
      const answer = await untilClosed(await send(head));
      expect(answer.match(/HTTP\/1.1 \d+/g)).to.deep.equal([`HTTP/1.1 ${status}`]);
    });
  }

  it('gets the refusal instead: above the rate limit', async () => {
    server = await startPublicListener({ config: { rateLimit: { max: 1, windowMs: 60_000 } } });
    await untilClosed(await send(expecting(limit * 3)));
    const answer = await untilClosed(await send(expecting(body.length, json)));
    expect(answer.match(/HTTP\/1.1 \d+/g)).to.deep.equal(['HTTP/1.1 429']);
  });

  it('gets the refusal instead: above the requests at once', async () => {
    const connections = { max: 100, perNetworkMax: 1 };
    server = await startPublicListener({ config: { connections, trustedProxyHops: 1 } });
    await send(endlessForm());
    await until(() => [...server.peers].some(({ bytesRead }) => bytesRead > 0));
    const answer = await untilClosed(await send(expecting(body.length)));
    expect(answer.match(/HTTP\/1.1 \d+/g)).to.deep.equal(['HTTP/1.1 429']);
  });
});

describe('a length far above the limit', () => {
  it('gets 413 before anything of the body is here', async () => {
    const server = await startPublicListener();
    const socket = await server.connectFrom('127.0.0.1', postHead(`Content-Length: ${limit * 3}`));
    expect(await firstAnswer(socket)).to.match(/^HTTP\/1.1 413 /);
    await server.close();
  });
});
