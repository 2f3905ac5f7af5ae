import type { Middleware } from 'koa';

const maxMs = 20_000;
const maxBytes = 64 * 1024 * 1024;

/**
 * When a response is sent before the whole body has arrived, keeps reading for a while and discards
 * the rest: a browser that is still uploading would otherwise see a reset connection, not the page.
 */
export function lingeringClose(): Middleware {
  return async ({ req, res }, next) => {
    let endsWithResponse = false;
    res.once('finish', () => {
      if (req.complete) return;
      const { socket } = req;
      const until = Date.now() + maxMs;
      const readBefore = socket.bytesRead;
      const watch = setInterval(() => {
        const isTooMuch = Date.now() > until || socket.bytesRead - readBefore > maxBytes;
        if (isTooMuch || (req.complete && endsWithResponse)) socket.destroy();
        if (isTooMuch || req.complete || socket.destroyed) clearInterval(watch);
      }, 100);
    });
    await next();
    if (req.complete || res.shouldKeepAlive) return;
    endsWithResponse = true;
    res.shouldKeepAlive = true; // Node would close at once, whether or not the response was read
  };
}
