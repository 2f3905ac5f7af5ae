import { expect } from 'chai';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPublicListener, type PublicListener } from '../../support/apps/public-listener';
import { submissionForm } from '../../support/apps/submission-form';
import { drip, endlessForm, until, untilClosed } from '../../support/apps/raw-http';

const forms = 2000;
const generousMs = 15_000; // docs/performance.md has the figures; this machine may be busy

for (const [place, trustedProxyHops] of [
  ['directly', 0],
  ['behind a proxy', 1],
] as const) {
  describe(`2,000 dripping forms of one address, ${place}`, () => {
    let server: PublicListener;
    let attackers: Socket[];

    beforeEach(async () => {
      attackers = [];
      const connections = { max: 2000, perNetworkMax: 20 };
      server = await startPublicListener({ config: { connections, trustedProxyHops } });
    });

    afterEach(() => server.close());

    /** Opens a form that never ends, again and again. */
    async function attack(): Promise<void> {
      while (server.listener.server.listening) {
        const text = endlessForm('X-Forwarded-For: 192.0.2.1');
        const socket = await server.connectFrom('127.0.0.2', text).catch(() => undefined);
        if (!socket) return;
        attackers.push(socket);
        drip(socket, 500);
        await untilClosed(socket);
        await sleep(100);
      }
    }

    function visit(path: string, body?: Buffer, type = 'text/plain'): Promise<number> {
      return new Promise((resolve, reject) => {
        const { port } = server;
        const headers = { 'X-Forwarded-For': '192.0.2.2', 'Content-Type': type };
        const method = body ? 'POST' : 'GET';
        request({ port, host: '127.0.0.1', localAddress: '127.0.0.3', path, method, headers })
          .on('error', reject)
          .on('response', (response) => resolve(response.resume().statusCode!))
          .end(body);
      });
    }

    it('do not keep a visitor of another from the form', async () => {
      for (let n = 0; n < forms; n++) void attack();
      await until(() => attackers.length > forms);
      const started = Date.now();
      expect(await visit('/')).to.equal(200);
      const form = await whole();
      expect(await visit('/leads', form.body, form.type)).to.equal(303);
      expect(await server.fixture.owner('leads').select('id')).to.have.length(1);
      expect(Date.now() - started).to.be.below(generousMs);
      const open = [...server.peers].filter(({ remoteAddress }) => remoteAddress === '127.0.0.2');
      if (trustedProxyHops === 0) expect(open.length).to.be.at.most(20);
    });
  });
}

async function whole(): Promise<{ body: Buffer; type: string }> {
  const encoded = new Response(submissionForm());
  const type = encoded.headers.get('Content-Type')!;
  return { body: Buffer.from(await encoded.arrayBuffer()), type };
}
