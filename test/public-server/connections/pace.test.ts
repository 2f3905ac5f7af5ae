import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable, type TransformOptions } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSpool, type Spool } from '../../../public-server/submissions/spool';
import { temporaryFolder } from '../../support/process/postgres';
import { startPublicListener, type PublicListener } from '../../support/apps/public-listener';
import {
  drip,
  endlessForm,
  filePart,
  postHead,
  until,
  untilClosed,
} from '../../support/apps/raw-http';

/** The real one, twenty times as fast. */
const pace = { bytesPerSecond: 20_000, graceMs: 500, tickMs: 50 };
const end = '\r\n--x--\r\n';

describe('the pace of a body', () => {
  let server: PublicListener;
  const start = async (options: Parameters<typeof startPublicListener>[0] = {}) => {
    server = await startPublicListener({ pace, ...options });
  };
  const send = (text: string) => server.connectFrom('127.0.0.1', text);
  const spooled = () => readdirSync(path.join(server.fixture.folder, 'spool'));
  const head = (bytes: number) => postHead(`Content-Length: ${bytes}`, 'Connection: close');

  afterEach(() => server.close());

  for (const [name, request, refusal] of [
    ['a form', endlessForm(), 'value="Ann"'],
    ['a form for a program', endlessForm('Accept: application/json'), '"status":408'],
    ['a form that is wrong', endlessForm().replace('"first_name"', '"unknown"'), 'too slowly'],
    [
      'a form without end',
      endlessForm()
        .replace('Content-Length: 5000000', 'Transfer-Encoding: chunked')
        .replace('--x', '500000\r\n--x'),
      'too slowly',
    ],
    ['what no form begins', postHead('Content-Length: 5000000'), 'too slowly'],
  ] as const) {
    it(`ends what drips, and keeps nothing of it: ${name}`, async () => {
      await start();
      const socket = await send(request);
      drip(socket, 20);
      const answer = await untilClosed(socket);
      expect(answer).to.match(/^HTTP\/1.1 408 .*\r\nConnection: close\r\n/s);
      expect(answer).to.include(refusal);
      await until(() => spooled().length === 0);
      expect(await server.fixture.owner('leads').select('id')).to.be.empty;
      expect(readdirSync(path.join(server.fixture.folder, 'resumes'))).to.be.empty;
      const counted = await server.fixture.metrics.getSingleMetricAsString('submissions_total');
      expect(counted).to.include('submissions_total{outcome="too_slow"} 1');
      expect(server.fixture.logged()).not.to.include('request failed');
    });
  }

  it('ends what drips with long pauses, too', async () => {
    await start();
    const socket = await send(endlessForm());
    drip(socket, 700);
    expect(await untilClosed(socket)).to.match(/^HTTP\/1.1 408 /);
  });

  for (const [name, before] of [
    ['at its beginning', 10],
    ['in the middle', 20_000],
  ] as const) {
    it(`may stop once for long, and go on as before: ${name}`, async () => {
      await start();
      const body = filePart + 'a'.repeat(40_000) + end;
      const socket = await send(head(body.length) + body.slice(0, before));
      await sleep(2500);
      for (let sent = before; sent < body.length; sent += 4000) {
        socket.write(body.slice(sent, sent + 4000));
        await sleep(60);
      }
      expect(await untilClosed(socket)).to.match(/^HTTP\/1.1 422 /);
    });
  }

  it('does not count the time of a slow disk', async () => {
    const folder = await temporaryFolder();
    const spool = await createSpool(folder);
    const slow: Spool = {
      ...spool,
      _handleFile: (req, file, done) => {
        spool._handleFile(req, { ...file, stream: slowed(file.stream, 300) }, done);
      },
    };
    await start({ spool: slow, pace: { bytesPerSecond: 2_000_000, graceMs: 200, tickMs: 20 } });
    const body = filePart + 'a'.repeat(400_000) + end;
    expect(await untilClosed(await send(head(body.length) + body))).to.match(/^HTTP\/1.1 422 /);
    await rm(folder, { recursive: true });
  });
});

/** Takes this long for each piece. */
function slowed(stream: Readable, ms: number): Readable {
  const transform: TransformOptions['transform'] = (chunk, _encoding, done) => {
    setTimeout(done, ms, null, chunk);
  };
  return stream.pipe(new Transform({ transform }));
}
