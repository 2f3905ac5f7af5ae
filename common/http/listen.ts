import type { Server } from 'node:http';
import type Koa from 'koa';
import type { Socket } from 'node:net';
import { createServerWithTimeouts, type Timeouts } from './timeouts';

const defaultGraceMs = 20_000;

export interface ListenOptions {
  host: string;
  port: number;
  /** The variable that sets the port; `PORT` unless given. */
  variable?: string;
  timeouts?: Partial<Timeouts>;
  /** Once aborted, each connection ends with its next response. */
  stopping?: AbortSignal;
}

export interface Listener {
  server: Server;
  /** Lets requests in flight finish for `graceMs`, then closes every connection. */
  close(graceMs?: number): Promise<void>;
}

/** Serves the app. When the port is taken, rejects with a message that names its variable. */
export async function listen(app: Koa, options: ListenOptions): Promise<Listener> {
  const { host, port, variable = 'PORT', timeouts, stopping } = options;
  const handle = app.callback();
  const server = createServerWithTimeouts((req, res) => {
    if (stopping?.aborted) res.shouldKeepAlive = false;
    void handle(req, res);
  }, timeouts);
  const unused = new Set<Socket>(); // browsers open connections in advance
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(portTaken(port, variable)) : error);
    });
    server.listen(port, host, resolve);
  });
  return { server, close: (graceMs = defaultGraceMs) => close(server, unused, graceMs) };
}

function portTaken(port: number, variable: string): string {
  return `Port ${port} is taken by another program. Set ${variable} to a free one.`;
}

async function close(server: Server, unused: Set<Socket>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  // Kept-alive connections become idle one by one, when their requests end.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const force = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  server.closeIdleConnections();
  for (const socket of unused) socket.destroy();
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}
