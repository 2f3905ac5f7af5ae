import createError from 'http-errors';
import type { Middleware } from 'koa';
import { clientNetwork } from '../../common/http/client-network';
import { createPlaces } from '../../common/http/places';

const detail =
  'Very many requests are under way from your network just now, perhaps by other people. ' +
  'Please wait 10 seconds and try again.';

// Made once: during an attack, a stack for each would be a tenth of what a refusal costs.
const refusal = createError(429, detail, {
  title: 'Too many at once',
  headers: { 'Retry-After': '10' },
});

/**
 * Refuses with 429 what a network requests while `max` requests of it are under way. Behind proxies
 * this stands in for the limit of its connections, because those are the proxies' own.
 */
export function limitRequests(max: number): Middleware {
  const places = createPlaces(max);
  return async (ctx, next) => {
    const { res, socket } = ctx;
    if (res.destroyed || socket.destroyed) return; // nobody is there, and no event would tell it
    const network = clientNetwork(ctx);
    if (!places.take(network)) throw refusal;
    const end = () => {
      res.off('close', end);
      socket.off('close', end);
      places.giveBack(network);
    };
    res.once('close', end);
    // A pipelined response that waits for its turn never closes when its connection does.
    if (!res.socket) socket.setMaxListeners(0).once('close', end);
    await next();
  };
}
