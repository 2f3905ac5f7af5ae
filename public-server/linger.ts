import type { Middleware } from 'koa';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const maxMs = 20_000;
const pauseMs = 250;
const maxBytes = 64 * 1024 * 1024;

/**
 * After an answer that came before the whole body, goes on reading for a while and throws the rest
 * away: a browser that is still uploading would otherwise see a reset connection, not the page.
 */
export function lingerAfterAnswer(): Middleware {
  return async (ctx, next) => {
    const { req, res } = ctx;
    res.once('finish', () => {
      if (req.complete) return;
      const { socket } = req;
      const until = Date.now() + maxMs;
      const readBefore = socket.bytesRead;
      const watch = setInterval(() => {
        const isTooMuch = Date.now() > until || socket.bytesRead - readBefore > maxBytes;
        if (isTooMuch) socket.destroy();
        if (isTooMuch || req.complete || socket.destroyed) clearInterval(watch);
      }, 100);
    });
    await next();
    // Node closes such a connection right after the answer, unread or not.
    const declaredBytes = Number(ctx.get('Content-Length'));
    if (!res.shouldKeepAlive && !req.complete && declaredBytes <= maxBytes) await drain(req);
  };
}

/** Reads and throws away what still comes, within the same limits and until it pauses. */
async function drain(req: IncomingMessage): Promise<void> {
  const { socket } = req;
  const until = Date.now() + maxMs;
  const readBefore = socket.bytesRead;
  let readLately = -1;
  req.resume();
  while (!req.complete && !socket.destroyed && Date.now() < until) {
    const read = socket.bytesRead - readBefore;
    if (read > maxBytes || read === readLately) return;
    readLately = read;
    await sleep(pauseMs);
  }
}
