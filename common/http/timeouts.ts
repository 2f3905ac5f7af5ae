import { createServer, type RequestListener, type Server } from 'node:http';

/** How long a server waits for a client. */
export interface Timeouts {
  headersMs: number;
  /** For the whole request, body included. */
  requestMs: number;
  /** For the next byte in either direction, while the server waits for the client. */
  stallMs: number;
  /** For the next request on a connection. */
  keepAliveMs: number;
  maxConnections: number;
}

/**
 * A phone on a bad connection must be able to send 10 MiB. Ten minutes allow 140 kbit/s, a third of
 * "slow 3G"; half a minute without a byte is a tunnel rather than a slow sender. Headers fit into
 * one or two packets. Proxies keep connections for a minute, and closing one just as it is used
 * loses a request, so we keep them a little longer. A connection takes 2 kB, and one with a slow
 * upload 40 kB (measured), so that even the largest number fits into memory.
 */
const defaults: Timeouts = {
  headersMs: 20_000,
  requestMs: 600_000,
  stallMs: 30_000,
  keepAliveMs: 65_000,
  maxConnections: 2000,
};

/** Creates a server that disconnects clients which are slower than `timeouts`. */
export function createServerWithTimeouts(
  handle: RequestListener,
  timeouts: Partial<Timeouts> = {},
): Server {
  const { headersMs, requestMs, stallMs, keepAliveMs, maxConnections } = {
    ...defaults,
    ...timeouts,
  };
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
