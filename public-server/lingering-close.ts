import type { Middleware } from 'koa';
import { createPlaces } from '../common/http/places';
import { clientNetwork } from '../common/http/client-network';

const maxMs = 20_000;
const maxBytes = 64 * 1024 * 1024;

/**
 * When a response is sent before the whole body has arrived, keeps reading for a while and discards
 * the rest: a browser that is still uploading would otherwise see a reset connection, not the page.
 * It does so for up to `perNetworkMax` connections of a network at once, and closes others soon.
 */
export function lingeringClose(perNetworkMax: number): Middleware {
  const places = createPlaces(perNetworkMax);
  return async (ctx, next) => {
    const { req, res } = ctx;
    let endsWithResponse = false;
    res.once('finish', () => {
      if (req.complete) return;
      const { socket } = req;
      const network = clientNetwork(ctx);
      const mayLinger = places.take(network);
      const until = Date.now() + (mayLinger ? maxMs : 0);
      const readBefore = socket.bytesRead;
      const watch = setInterval(() => {
        const isTooMuch = Date.now() > until || socket.bytesRead - readBefore > maxBytes;
        if (isTooMuch || (req.complete && endsWithResponse)) socket.destroy();
        if (!isTooMuch && !req.complete && !socket.destroyed) return;
        clearInterval(watch);
        if (mayLinger) places.giveBack(network);
      }, 100);
    });
    await next();
    if (req.complete || res.shouldKeepAlive) return;
    endsWithResponse = true;
    res.shouldKeepAlive = true; // Node would close at once, whether or not the response was read
  };
}
