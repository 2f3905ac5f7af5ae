import type { Middleware } from 'koa';

const maxMs = 20_000;
const maxBytes = 64 * 1024 * 1024;

/**
 * After an answer that came before the whole body, goes on reading for a while and throws the rest
 * away: a browser that is still uploading would otherwise see a reset connection, not the page.
 */
export function lingeringClose(): Middleware {
  return async ({ req, res }, next) => {
    let endsWithAnswer = false;
    res.once('finish', () => {
      if (req.complete) return;
      const { socket } = req;
      const until = Date.now() + maxMs;
      const readBefore = socket.bytesRead;
      const watch = setInterval(() => {
        const isTooMuch = Date.now() > until || socket.bytesRead - readBefore > maxBytes;
        if (isTooMuch || (req.complete && endsWithAnswer)) socket.destroy();
        if (isTooMuch || req.complete || socket.destroyed) clearInterval(watch);
      }, 100);
    });
    await next();
    if (req.complete || res.shouldKeepAlive) return;
    endsWithAnswer = true;
    res.shouldKeepAlive = true; // Node would close right after the answer, unread or not
  };
}
