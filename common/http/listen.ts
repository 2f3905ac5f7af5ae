import type Koa from 'koa';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How long a server waits for a client. A phone on a bad connection must be able to send 10 MiB.
 * Ten minutes allow 140 kbit/s, a third of "slow 3G"; half a minute without a byte is a tunnel
 * rather than a slow sender. Headers fit into one or two packets. Proxies keep connections for a
 * minute, and closing one just as it is used loses a request, so we keep them a little longer. A
 * connection takes 2 kB, and one with a slow upload 40 kB (measured), so that even the largest
 * number fits into memory.
 */
const defaultTimeouts = {
  headersMs: 20_000,
  requestMs: 600_000, // for the whole request, body included
  stallMs: 30_000, // for the next byte in either direction, while the server waits for the client
  keepAliveMs: 65_000, // for the next request on a connection
  maxConnections: 2000,
};

/** Connections that wait to be accepted. When a burst is larger, a visitor's waits a second more. */
const backlog = 4096;

type Timeouts = typeof defaultTimeouts;

export interface ListenOptions {
  host: string;
  port: number;
  /** The variable that sets the port; `PORT` unless given. */
  variable?: string;
  timeouts?: Partial<Timeouts>;
  /** Called before the server listens. */
  prepare?: (server: Server) => void;
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
  const { host, port, variable = 'PORT', timeouts, prepare, stopping } = options;
  const handle = app.callback();
  const server = createServerWithTimeouts(
    (req, res) => {
      if (stopping?.aborted) res.shouldKeepAlive = false;
      void handle(req, res);
    },
    { ...defaultTimeouts, ...timeouts },
  );
  prepare?.(server);
  const unused = new Set<Socket>(); // browsers open connections in advance
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(portTaken(port, variable)) : error),
    );
    server.listen({ port, host, backlog }, resolve);
  });
  return { server, close: (graceMs = 20_000) => close(server, unused, graceMs) };
}

function portTaken(port: number, variable: string): string {
  return `Port ${port} is taken by another program. Set ${variable} to a free one.`;
}

async function close(server: Server, unused: Set<Socket>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Kept-alive connections become idle one by one, when their requests end.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const force = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  for (const socket of unused) socket.destroy();
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}

/** Creates a server that disconnects clients which are slower than `timeouts`. */
function createServerWithTimeouts(handle: RequestListener, timeouts: Timeouts): Server {
  const { headersMs, requestMs, stallMs, keepAliveMs, maxConnections } = timeouts;
  const options = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(headersMs, 5000), // how late a timeout may take effect
  };
  const server = createServer(options, handle);
  server.maxConnections = maxConnections;
  server.timeout = stallMs;
  server.on('request', (req, res) => {
    // With this listener, Node leaves the decision to us: the client may be waiting for the server.
    res.on('timeout', () => {
      const { socket } = req;
      if (!req.complete || socket.writableLength > 0) socket.destroy();
    });
  });
  return server;
}
