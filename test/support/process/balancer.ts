import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Balancer {
  url: string;
  isReady: (port: number) => boolean;
  close(): Promise<void>;
}

/** A load balancer: sends each request once, to the next server whose last `/readyz` was good. */
export async function startBalancer(ports: number[], everyMs = 100): Promise<Balancer> {
  const ready = new Set<number>();
  const stopping = new AbortController();
  let turn = 0;

  async function watch(port: number): Promise<void> {
    while (!stopping.signal.aborted) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) ready.add(port);
      else ready.delete(port);
      await sleep(everyMs);
    }
  }

  const server = createServer((req, res) => {
    const [...able] = ready;
    const port = able[turn++ % able.length];
    if (port === undefined) {
      res.writeHead(502).end();
      return;
    }
    const { method, url: path, headers } = req;
    const on = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    on.on('error', () => res.destroy()); // for its sender, a failed request
    on.on('response', (answer: IncomingMessage) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    });
    req.pipe(on);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const watching = ports.map(watch);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isReady: (port) => ready.has(port),
    async close() {
      stopping.abort();
      await Promise.all(watching);
      server.closeAllConnections();
      server.close();
    },
  };
}
