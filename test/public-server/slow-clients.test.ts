import { expect } from 'chai';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, type Listener } from '../../common/http/listen';
import { startPublicApp, type PublicFixture } from '../support/apps/public-app';
import { submissionForm } from '../support/apps/submission-form';

const host = '127.0.0.1';
const mebibyte = 1024 * 1024;
const limit = 10 * mebibyte;

const filePart = '--x\r\nContent-Disposition: form-data; name="resume"; filename="a.txt"\r\n\r\n';
const post = (...headers: string[]) =>
  ['POST /leads HTTP/1.1', 'Host: x', 'Content-Type: multipart/form-data; boundary=x', ...headers]
    .map((line) => `${line}\r\n`)
    .join('') + '\r\n';

const openFiles = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);

describe('slow and endless requests', () => {
  let fixture: PublicFixture;
  let listener: Listener;
  let sockets: Socket[];

  beforeEach(async () => {
    sockets = [];
    fixture = await startPublicApp();
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await listener.close(0);
    await until(() => spooled().length === 0);
    await fixture.close();
  });

  type Timeouts = NonNullable<Parameters<typeof listen>[1]['timeouts']>;
  const start = async (timeouts: Timeouts = {}) => {
    listener = await listen(fixture.app, { host, port: 0, timeouts });
  };
  const port = () => (listener.server.address() as AddressInfo).port;
  const spooled = () => readdirSync(path.join(fixture.folder, 'spool'));

  async function until(holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries++) {
      if (tries > 500) throw new Error('it never came to hold');
      await sleep(20);
    }
  }

  /** A connection that has sent this. */
  async function sent(text: string): Promise<Socket> {
    const socket = connect(port(), host);
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }

  /** All that the server sends until it closes the connection. */
  async function untilClosed(socket: Socket): Promise<string> {
    let received = '';
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    await once(socket, 'close');
    return received;
  }

  /** Sends one more byte again and again, until the connection is closed. */
  function drip(socket: Socket, everyMs: number): void {
    const timer = setInterval(() => socket.write('a'), everyMs);
    socket.once('close', () => {
      clearInterval(timer);
    });
  }

  it('do not keep others from the form: 500 that send drop by drop', async () => {
    await start();
    for (let i = 0; i < 250; i++) {
      drip(await sent('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '), 500);
      drip(await sent(`${post('Content-Length: 5000000')}${filePart}`), 500);
    }
    await until(() => spooled().length === 250);

    for (let i = 0; i < 5; i++) {
      const page = await fetch(`http://${host}:${port()}/`);
      expect(page.status).to.equal(200);
      await page.body!.cancel();
      const headers = { Accept: 'application/json' };
      const url = `http://${host}:${port()}/leads`;
      const answer = await fetch(url, { method: 'POST', body: submissionForm(), headers });
      expect(answer.status).to.equal(201);
    }
    expect(sockets.filter(({ destroyed }) => destroyed)).to.be.empty;
  });

  it('leave nothing behind when they are aborted at any point', async () => {
    await start();
    const text = 'a'.repeat(290_000);
    const whole = `${post('Content-Length: 300000')}${filePart}${text}`;
    const length = (filePart.length + text.length).toString(16);
    const chunked = `${post('Transfer-Encoding: chunked')}${length}\r\n${filePart}${text}`;
    const filesBefore = openFiles();
    await Promise.all(
      Array.from({ length: 120 }, async (_, n) => {
        const sending = n % 4 > 1 ? chunked : whole;
        const socket = await sent(sending.slice(0, (sending.length * n) / 120));
        if (n % 3 > 0) await sleep(n); // some are read by then, some are not
        if (n % 2 > 0) socket.destroy();
        else socket.resetAndDestroy();
      }),
    );
    await until(() => spooled().length === 0);
    await until(() => openFiles() <= filesBefore);
    expect(await fixture.owner('leads').select('id')).to.be.empty;
    expect(readdirSync(path.join(fixture.folder, 'resumes'))).to.be.empty;
    expect(fixture.logged()).not.to.include('request failed');
  });

  it('are cut off when they never finish their headers', async () => {
    await start({ headersMs: 300 });
    const socket = await sent('POST /leads HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    drip(socket, 50);
    expect(await untilClosed(socket)).to.match(/^HTTP\/1.1 408 /);
  });

  it('are cut off when they never finish their body', async () => {
    await start({ headersMs: 200, requestMs: 600 });
    const socket = await sent(`${post('Content-Length: 5000000')}${filePart}`);
    drip(socket, 50);
    await untilClosed(socket);
  });

  it('are cut off when they connect and send nothing', async () => {
    await start({ stallMs: 300 });
    await untilClosed(await sent(''));
  });

  it('are cut off when they stall in the middle of their body', async () => {
    await start({ stallMs: 300 });
    await untilClosed(await sent(`${post('Content-Length: 5000000')}${filePart}abc`));
  });

  it('may pause for less than that, repeatedly', async () => {
    await start({ stallMs: 1500 });
    const body = `${filePart}some text\r\n--x--\r\n`;
    const socket = await sent(post(`Content-Length: ${body.length}`, 'Connection: close'));
    for (const piece of [body.slice(0, 20), body.slice(20, 60), body.slice(60)]) {
      await sleep(700);
      socket.write(piece);
    }
    expect(await untilClosed(socket)).to.match(/^HTTP\/1.1 422 /);
  });

  it('hold no more than the maximum number of connections', async () => {
    await start({ maxConnections: 2 });
    const kept = [await sent('GET '), await sent('GET ')];
    await untilClosed(await sent('GET '));
    expect(kept.some(({ destroyed }) => destroyed)).to.be.false;
  });

  /** What the server has read of the connection when its answer is here. */
  async function readUntilAnswer(head: string): Promise<{ answer: string; bytes: number }> {
    const accepted = once(listener.server, 'connection') as Promise<[Socket]>;
    const socket = await sent(head);
    const [peer] = await accepted;
    const chunk = Buffer.alloc(64 * 1024, 'a');
    const chunked = Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]);
    const next = head.includes('chunked') ? chunked : chunk;
    const answered = once(socket, 'data') as Promise<[Buffer]>;
    const pump = () => {
      while (socket.writable && socket.write(next));
    };
    socket.on('drain', pump);
    pump();
    const [answer] = await answered;
    return { answer: answer.toString(), bytes: peer.bytesRead };
  }

  for (const [name, framing, connection] of [
    ['a body without end', 'Transfer-Encoding: chunked', 'keep-alive'],
    ['a body without end', 'Transfer-Encoding: chunked', 'close'],
    ['60 MB declared', 'Content-Length: 60000000', 'keep-alive'],
    ['60 MB declared', 'Content-Length: 60000000', 'close'],
    ['50 GB declared', 'Content-Length: 50000000000', 'keep-alive'],
    ['50 GB declared', 'Content-Length: 50000000000', 'close'],
  ] as const) {
    it(`get 413 soon after the limit: ${name}, Connection: ${connection}`, async () => {
      await start();
      const chunk = framing.includes('chunked') ? `${filePart.length.toString(16)}\r\n` : '';
      const body = `${chunk}${filePart}${chunk && '\r\n'}`;
      const head = post(framing, `Connection: ${connection}`);
      const { answer, bytes } = await readUntilAnswer(head + body);
      expect(answer).to.match(/^HTTP\/1.1 413 /);
      expect(bytes).to.be.below(limit + 5 * mebibyte);
    });
  }
});
