import { expect } from 'chai';
import type { Knex } from 'knex';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { createDatabase } from '../../common/database/connect';
import { freePort } from '../../embedded/ports';
import { startBalancer, type Balancer } from '../support/process/balancer';
import { until } from '../support/smtp/deliveries';
import { addLead } from '../support/apps/leads';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';
import { minimalPdf } from '../support/apps/public-app';
import { startServer, type ServerProcess } from '../support/process/server-process';
import { submissionForm } from '../support/apps/submission-form';
import { startSmtp, type TestSmtp } from '../support/smtp/server';
import { noLimits } from '../support/process/no-limits';

describe('a server that is asked to stop', function () {
  this.timeout(90_000);
  let database: TestDatabase;
  let owner: Knex;
  let folder: string;
  let balancer: Balancer | undefined;
  let smtp: TestSmtp | undefined;
  const running = new Set<ServerProcess>();

  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    for (const server of running) await server.stop();
    running.clear();
    await balancer?.close();
    await smtp?.stop();
    balancer = smtp = undefined;
    await owner('leads').delete();
  });

  after(async () => {
    await owner.destroy();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  async function startPublic(port: number, env: Record<string, string> = {}) {
    const server = await startServer('public', {
      DATABASE_URL: database.publicUrl,
      RESUME_DIR: folder,
      PORT: String(port),
      ...noLimits,
      ...env,
    });
    running.add(server);
    return server;
  }

  async function stopped(server: ServerProcess): Promise<number | null> {
    running.delete(server);
    server.signal();
    return (await server.ended)[0];
  }

  async function submit(url: string): Promise<number | string> {
    const headers = { Accept: 'application/json' };
    return fetch(`${url}/leads`, { method: 'POST', body: submissionForm(), headers }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      (error: unknown) => String(error),
    );
  }

  /** Starts an upload; the function that it returns sends the second half. */
  async function uploadInTwo(port: number) {
    const fields = { first_name: 'Ann', last_name: 'Lee', email: 'ann@example.com' };
    const parts = Object.entries(fields).map(
      ([name, value]) =>
        `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const head = '--x\r\nContent-Disposition: form-data; name="resume"; filename="cv.pdf"\r\n\r\n';
    const body = `${parts.join('')}${head}${minimalPdf.toString()}\r\n--x--\r\n`;
    const lines = [
      'POST /leads HTTP/1.1',
      'Host: x',
      'Content-Type: multipart/form-data; boundary=x',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined); // a server that ends at once resets it
    await once(socket, 'connect');
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body.slice(0, 100)}`);
    return async () => {
      let answer = '';
      socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
      socket.write(body.slice(100));
      await once(socket, 'close');
      return answer;
    };
  }

  it('fails no request behind a load balancer that checks whether it is ready', async () => {
    const ports = [await freePort(), await freePort()];
    const env = { DRAIN_SECONDS: '2' };
    const servers = [await startPublic(ports[0]!, env), await startPublic(ports[1]!, env)];
    balancer = await startBalancer(ports);
    const { url, isReady } = balancer;
    await until(() => ports.every(isReady));

    const done = new AbortController();
    const answers: (number | string)[] = [];
    const clients = Array.from({ length: 4 }, async () => {
      while (!done.signal.aborted) answers.push(await submit(url));
    });
    for (const [n, server] of servers.entries()) {
      expect(await stopped(server)).to.equal(0);
      await startPublic(ports[n]!, env);
      await until(() => isReady(ports[n]!));
    }
    done.abort();
    await Promise.all(clients);
    expect(answers.length).to.be.above(20);
    expect(answers.filter((answer) => answer !== 201)).to.deep.equal([]);
    expect(await owner('leads').select('id')).to.have.length(answers.length);
  });

  it('finishes an upload that is under way and accepts no other', async () => {
    const port = await freePort();
    const server = await startPublic(port);
    const finish = await uploadInTwo(port);
    await until(() => fetch(`http://127.0.0.1:${port}/healthz`).then(({ ok }) => ok));
    const ended = stopped(server);
    await until(async () => typeof (await submit(`http://127.0.0.1:${port}`)) === 'string');
    const before = (await owner('leads').select('id')).length;
    expect(await finish()).to.match(/^HTTP\/1.1 303 /);
    expect(await ended).to.equal(0);
    expect(await owner('leads').select('id')).to.have.length(before + 1);
  });

  it('ends at once when it is asked again', async () => {
    const port = await freePort();
    const server = await startPublic(port);
    await uploadInTwo(port);
    await until(() => fetch(`http://127.0.0.1:${port}/healthz`).then(({ ok }) => ok)); // it has begun
    running.delete(server);
    server.signal();
    const again = setInterval(() => {
      server.signal();
    }, 1500); // more often, one could meet a process that is exiting and hears no more
    const [code] = await server.ended; // long before the 20 s that the upload would have
    clearInterval(again);
    expect(code).to.equal(1);
  });

  it('releases an email that the mail server delays', async () => {
    smtp = await startSmtp();
    smtp.replies.mail = 'hang';
    await addLead(owner, { email: 'ann@example.com' });
    const server = await startServer('internal', {
      DATABASE_URL: database.internalUrl,
      RESUME_DIR: folder,
      PORT: String(await freePort()),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'intake@firm.example',
      ATTORNEY_EMAILS: 'attorneys@firm.example',
    });
    running.add(server);
    const held = () => owner('outbox').whereNotNull('locked_until');
    await until(async () => (await held()).length === 2);
    expect(await stopped(server)).to.equal(0);
    expect(await held()).to.be.empty;
    expect(await owner('outbox').where({ state: 'QUEUED', attempts: 0 })).to.have.length(2);
  });

  it('records how many sign-ins failed', async () => {
    const port = await freePort();
    const server = await startServer('internal', {
      DATABASE_URL: database.internalUrl,
      RESUME_DIR: folder,
      PORT: String(port),
      AUDIT_RETAIN_DAYS: '30',
    });
    running.add(server);
    const headers = { Authorization: `Basic ${btoa('eve@firm.example:guess')}` };
    for (let i = 0; i < 3; i++) {
      const { status } = await fetch(`http://127.0.0.1:${port}/leads`, { headers });
      expect(status).to.equal(401);
    }
    const counts = () =>
      owner('audit_events').where({ action: 'SIGN_IN_FAILED' }).orderBy('id').pluck('details');
    expect(await counts()).to.have.length(1);
    expect(await stopped(server)).to.equal(0);
    const details = (await counts()) as { count?: number }[];
    expect(details.map(({ count }) => count)).to.deep.equal([undefined, 3]);
  });
});
