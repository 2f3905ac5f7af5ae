import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../../common/mail/messages';
import { createSmtpSender } from '../../../common/mail/smtp';
import { startSmtp, type TestSmtp } from '../../support/smtp/server';

const timeouts = { connectMs: 400, replyMs: 400, finalReplyMs: 2000, sendMs: 5000 };
const message = (): Message => ({
  envelope: { from: 'intake@lee.example', to: ['ann@example.com'] },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello'),
});

const to = message().envelope.to;
const refusedText = (code: string) => {
  return { address: 'ann@example.com', state: 'FAILED', error: `DATA ${code}` };
};

const kinds = [
  ['without TLS', {}, (url: string) => url],
  ['with STARTTLS', { hideSTARTTLS: false }, (url: string) => `${url}?${lax}&requireTLS=true`],
  ['over TLS', { secure: true }, (url: string) => `${url.replace('smtp', 'smtps')}?${lax}`],
] as const;
const lax = 'tls.rejectUnauthorized=false'; // smtp-server brings a certificate of its own

for (const [name, options, urlOf] of kinds) {
  describe(`createSmtpSender, ${name}`, () => {
    let smtp: TestSmtp;
    let sender: ReturnType<typeof createSmtpSender>;

    beforeEach(async () => {
      smtp = await startSmtp(options);
      sender = createSmtpSender(urlOf(smtp.url), timeouts);
    });
    afterEach(async () => {
      sender.quit();
      await smtp.stop();
    });

    const took = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      const result = await work();
      return [result, performance.now() - started] as const;
    };

    it('waits longer for the last reply than for the others', async () => {
      smtp.replies = { dataAfterMs: 900 };
      let isHandedOver = false;
      const outcome = await sender.send(message(), () => (isHandedOver = true));
      expect(outcome).to.deep.equal({
        kind: 'SETTLED',
        recipients: [{ address: 'ann@example.com', state: 'SENT', error: null }],
      });
      expect(isHandedOver).to.be.true;
    });

    it('gives up a command that gets no reply, on a kept connection, too', async () => {
      await sender.check();
      smtp.replies = { rcpt: () => 'hang' };
      const [outcome, ms] = await took(() => sender.send(message()));
      expect(outcome).to.deep.equal({
        kind: 'SETTLED',
        recipients: [{ address: 'ann@example.com', state: 'QUEUED', error: 'RCPT ETIMEDOUT' }],
      });
      expect(ms).to.be.within(380, 1500);
    });

    it('gives up the last reply in the end, and does not know the outcome', async () => {
      smtp.replies = { data: 'hang' };
      const [outcome, ms] = await took(() => sender.send(message()));
      expect(outcome).to.deep.equal({ kind: 'UNKNOWN', phase: 'DATA', code: 'ETIMEDOUT', to });
      expect(ms).to.be.within(1900, 3500);
    });

    it('gives up a server that does not greet', async () => {
      smtp.replies = { greeting: 'hang' };
      const [outcome, ms] = await took(() => sender.check());
      expect(outcome).to.deep.equal({ kind: 'UNAVAILABLE', phase: 'CONNECT', code: 'ETIMEDOUT' });
      expect(ms).to.be.within(380, 1500);
    });

    it('gives the server no text that must not be handed over', async () => {
      const outcome = await sender.send(message(), () => {
        throw new Error('Not any more');
      });
      expect(outcome.kind).to.equal('SETTLED');
      expect(outcome).to.have.nested.property('recipients[0].state', 'QUEUED');
      expect(smtp.emails).to.be.empty;
    });

    it('sends nothing once it is aborted', async () => {
      sender.abort();
      expect(await sender.send(message())).to.include({ kind: 'UNAVAILABLE' });
      expect(smtp.emails).to.be.empty;
    });
  });
}

describe('createSmtpSender', () => {
  it('reports a port on which nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const sender = createSmtpSender(`smtp://127.0.0.1:${port}`, timeouts);
    const code = 'ECONNREFUSED';
    expect(await sender.check()).to.deep.equal({ kind: 'UNAVAILABLE', phase: 'CONNECT', code });
  });

  it('breaks off at once when the server does not even accept the connection', async () => {
    const listen = `require('node:net').createServer()
      .listen({ host: '127.0.0.1', port: 0, backlog: 1 }, function () {
        console.log(this.address().port);
      })`;
    const child = spawn(process.execPath, ['-e', listen]);
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(printed.toString());
    child.kill('SIGSTOP');
    const backlog = Array.from({ length: 6 }, () => connect(port, '127.0.0.1'));
    for (const socket of backlog) socket.on('error', () => undefined);
    await sleep(100);
    const sender = createSmtpSender(`smtp://127.0.0.1:${port}`, { ...timeouts, connectMs: 5000 });
    const started = performance.now();
    setTimeout(() => sender.abort(), 100);
    expect(await sender.check()).to.include({ kind: 'UNAVAILABLE', phase: 'CONNECT' });
    expect(performance.now() - started).to.be.within(90, 1500);
    for (const socket of backlog) socket.destroy();
    child.kill('SIGKILL');
  });

  it('reports a certificate that it does not trust', async () => {
    const smtp = await startSmtp({ secure: true });
    const sender = createSmtpSender(smtp.url.replace('smtp', 'smtps'), timeouts);
    const outcome = await sender.check();
    expect(outcome).to.include({ kind: 'UNAVAILABLE', phase: 'CONNECT' });
    expect((outcome as { code: string }).code).to.match(/CERT|TLS|SIGNATURE/);
    await smtp.stop();
  });

  it('sends nothing where STARTTLS is required, and not offered or not verified', async () => {
    for (const hideSTARTTLS of [true, false]) {
      const smtp = await startSmtp({ hideSTARTTLS });
      const sender = createSmtpSender(`${smtp.url}?requireTLS=true`, timeouts);
      const outcome = await sender.send(message());
      expect(outcome).to.include({ kind: 'UNAVAILABLE', phase: 'CONNECT' });
      expect(smtp.emails).to.be.empty;
      await smtp.stop();
    }
  });

  const lastReplies = [
    ['554 5.7.1 Unwanted', { kind: 'SETTLED', recipients: [refusedText('554 5.7.1')] }],
    ['354 Go on\r\n', { kind: 'UNKNOWN', phase: 'DATA', code: 'EPROTOCOL', to }],
    ['hello\r\n', { kind: 'UNKNOWN', phase: 'DATA', code: 'EPROTOCOL', to }],
    ['250 OK', { kind: 'UNKNOWN', phase: 'DATA', code: 'ECONNECTION', to }],
  ] as const;
  for (const [reply, expected] of lastReplies) {
    it(`takes ${JSON.stringify(reply)} and a lost connection for what it says of the text`, async () => {
      const server = createServer((socket) => {
        socket.write('220 mail.example\r\n');
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => {
          if (chunk.toString().endsWith('\r\n.\r\n')) socket.end(reply);
          else socket.write(chunk.toString() === 'DATA\r\n' ? '354 Go on\r\n' : '250 OK\r\n');
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const sender = createSmtpSender(`smtp://127.0.0.1:${port}`, timeouts);
      const outcome = await sender.send(message());
      sender.quit();
      server.close();
      expect(outcome).to.deep.equal(expected);
    });
  }
});
