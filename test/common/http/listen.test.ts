import { expect } from 'chai';
import Koa from 'koa';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { listen, type Listener } from '../../../common/http/listen';
import { rejection } from '../../support/rejection';

const host = '127.0.0.1';

describe('listen', () => {
  let agent: Agent;
  let listener: Listener;
  let port: number;
  let finish: () => void;
  beforeEach(async () => {
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const app = new Koa();
    app.use(async (ctx) => {
      await finished;
      ctx.body = 'done';
    });
    agent = new Agent({ keepAlive: true });
    listener = await listen(app, { host, port: 0 });
    ({ port } = listener.server.address() as AddressInfo);
  });
  afterEach(async () => {
    agent.destroy();
    await listener.close(0);
  });

  /** The answer to a request that has arrived. */
  async function requested(): Promise<{ answer: Promise<string> }> {
    const response = once(get({ host, port, agent }), 'response') as Promise<[IncomingMessage]>;
    const answer = response.then(([body]) => text(body));
    answer.catch(() => undefined); // looked at later
    await once(listener.server, 'request');
    return { answer };
  }

  async function msUntilClosed(graceMs?: number): Promise<number> {
    const start = Date.now();
    await listener.close(graceMs);
    return Date.now() - start;
  }

  it('names PORT when another program has the port', async () => {
    const error = await rejection(listen(new Koa(), { host, port }));
    expect(error.message).to.equal(
      `Port ${port} is taken by another program. Set PORT to a free one.`,
    );
  });

  it('does not wait for connections that were opened and never used', async () => {
    const socket = connect(port, host);
    await once(socket, 'connect');
    await once(socket.setTimeout(50), 'timeout'); // the server has it by then
    expect(await msUntilClosed(10_000)).to.be.below(5000);
    socket.destroy();
  });

  it('lets a request in flight finish, takes no other, and keeps no connection after it', async () => {
    const { answer } = await requested();
    const closed = msUntilClosed(10_000);
    expect(await rejection(fetch(`http://${host}:${port}`))).to.be.instanceOf(TypeError);
    finish();
    expect(await answer).to.equal('done');
    expect(await closed).to.be.below(3000);
  });

  it('closes kept-alive connections at once', async () => {
    finish();
    await (
      await requested()
    ).answer;
    expect(Object.values(agent.freeSockets).flat()).to.have.length(1);
    expect(await msUntilClosed(10_000)).to.be.below(3000);
  });

  it('cuts off a request that does not finish in time', async () => {
    const { answer } = await requested();
    expect(await msUntilClosed(200)).to.be.within(150, 3000);
    expect(await rejection(answer)).to.include({ code: 'ECONNRESET' });
  });
});
