import { createServer, type RequestListener, type Server } from 'node:http';

/** How long a server waits for a client. */
export interface Timeouts {
  headersMs: number;
  /** For the whole request, body included. */
  requestMs: number;
  /** For the next byte, in either direction, when the client is the one to move. */
  stallMs: number;
  /** For the next request on a connection. */
  keepAliveMs: number;
  maxConnections: number;
}

/**
 * A prospect's phone on a bad connection must get 10 MiB through: ten minutes are 140 kbit/s, a
 * third of "slow 3G", and half a minute without one byte is a tunnel rather than a slow sender.
 * Headers are one packet or two. Proxies keep connections for a minute, and one that is closed just
 * as they use it loses a request: so a little longer here. A connection costs 2 kB, and one with an
 * upload that drips 40 kB (measured): the largest number of them still fits into memory.
 */
const usual: Timeouts = {
  headersMs: 20_000,
  requestMs: 600_000,
  stallMs: 30_000,
  keepAliveMs: 65_000,
  maxConnections: 2000,
};

/** A server that cuts off clients which are slower than `timeouts`. */
export function createServerWithTimeouts(
  handle: RequestListener,
  timeouts: Partial<Timeouts> = {},
): Server {
  const { headersMs, requestMs, stallMs, keepAliveMs, maxConnections } = { ...usual, ...timeouts };
  const options = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(headersMs, 5000), // how late a timeout may be noticed
  };
  const server = createServer(options, handle);
  server.maxConnections = maxConnections;
  server.timeout = stallMs;
  server.on('request', (req, res) => {
    // With this listener, Node leaves the decision to us: the one to move may be the server.
    res.on('timeout', () => {
      const { socket } = req;
      if (!req.complete || socket.writableLength > 0) socket.destroy();
    });
  });
  return server;
}
