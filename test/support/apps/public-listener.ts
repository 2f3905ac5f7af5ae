import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { listen, type Listener, type ListenOptions } from '../../../common/http/listen';
import { prepareServer } from '../../../public-server/connections/prepare-server';
import type { PublicDeps } from '../../../public-server/app';
import { captureLog } from '../captured-log';
import { startPublicApp, type PublicFixture } from './public-app';

type Overrides = Omit<NonNullable<Parameters<typeof startPublicApp>[0]>, 'config'> & {
  config?: Partial<PublicDeps['config']>;
  timeouts?: NonNullable<ListenOptions['timeouts']>;
};

export interface PublicListener {
  fixture: PublicFixture;
  listener: Listener;
  port: number;
  logged: () => string;
  /** The server's ends of the connections that are open. */
  peers: Set<Socket>;
  /** A connection from this address of loopback that has sent this. */
  connectFrom(localAddress: string, text?: string): Promise<Socket>;
  close(): Promise<void>;
}

/** The real app, listening as in production. */
export async function startPublicListener({ timeouts, ...overrides }: Overrides = {}) {
  const fixture = await startPublicApp(overrides);
  const { log, logged } = captureLog('public-server');
  const connections = { max: 2000, perNetworkMax: 20, ...overrides.config?.connections };
  const config = { trustedProxyHops: 0, ...overrides.config, connections };
  const peers = new Set<Socket>();
  const listener = await listen(fixture.app, {
    host: '127.0.0.1',
    port: 0,
    ...(timeouts && { timeouts }),
    prepare: (server) => {
      prepareServer(server, { config, log, metrics: fixture.metrics });
      server.on('connection', (peer: Socket) => {
        if (peer.destroyed) return;
        peers.add(peer);
        peer.once('close', () => peers.delete(peer));
      });
    },
  });
  const { port } = listener.server.address() as AddressInfo;
  const sockets = new Set<Socket>();

  const started: PublicListener = {
    fixture,
    listener,
    port,
    logged,
    peers,
    async connectFrom(localAddress, text = '') {
      const socket = connect({ port, host: '127.0.0.1', localAddress });
      sockets.add(socket);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      if (text) socket.write(text);
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await listener.close(0);
      await fixture.close();
    },
  };
  return started;
}
