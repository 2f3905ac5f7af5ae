import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const host = '127.0.0.1';

/** Stands in front of a store and makes its network fail. */
export interface Proxy {
  port: number;
  /** Ends every connection and stops listening. */
  refuse(): Promise<void>;
  /** Lets nothing through, without ending a connection. */
  freeze(): void;
  /** As `freeze`, but the present connections stay silent after `mend`, too. */
  abandon(): void;
  /** Delays each packet in both directions. */
  delay(ms: number): void;
  mend(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  sockets: [Socket, Socket];
  isAbandoned: boolean;
}

export async function startProxy(toPort: number): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let isFrozen = false;
  let delayMs = 0;

  const server = createServer((down) => {
    const up = connect(toPort, host);
    const pair: Pair = { sockets: [down, up], isAbandoned: false };
    pairs.add(pair);
    forward(down, up);
    forward(up, down);
    for (const socket of pair.sockets) socket.on('close', () => pairs.delete(pair));
    if (isFrozen) pause(pair);
  });

  /** Keeps the order even if the delay changes meanwhile. */
  function forward(from: Socket, to: Socket): void {
    let sent = Promise.resolve();
    from.on('error', () => undefined); // broken connections are the point
    from.on('close', () => to.destroy());
    from.on('data', (chunk: Buffer) => {
      sent = sent.then(async () => {
        if (delayMs > 0) await sleep(delayMs);
        if (!to.destroyed) to.write(chunk);
      });
    });
  }

  function pause({ sockets }: Pair): void {
    for (const socket of sockets) socket.pause();
  }

  async function listen(port: number): Promise<void> {
    server.listen(port, host);
    await once(server, 'listening');
  }

  function disconnect(): void {
    for (const { sockets } of pairs) for (const socket of sockets) socket.resetAndDestroy();
  }

  await listen(0);
  const { port } = server.address() as AddressInfo;
  const proxy: Proxy = {
    port,

    async refuse() {
      const closed = once(server, 'close');
      server.close();
      disconnect();
      await closed;
    },

    freeze() {
      isFrozen = true;
      pairs.forEach(pause);
    },

    abandon() {
      for (const pair of pairs) pair.isAbandoned = true;
      proxy.freeze();
    },

    delay(ms) {
      delayMs = ms;
    },

    async mend() {
      isFrozen = false;
      delayMs = 0;
      for (const { sockets, isAbandoned } of pairs) {
        if (!isAbandoned) for (const socket of sockets) socket.resume();
      }
      if (!server.listening) await listen(port);
    },

    async close() {
      if (server.listening) await proxy.refuse();
    },
  };
  return proxy;
}
