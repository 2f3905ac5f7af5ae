import Koa, { type Context } from 'koa';
import type { Logger } from '../logger';

const connectionEnded: unknown[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];

/** Creates what both servers start from: trusted proxies, and one log line for each failure. */
export function createApp(log: Logger, trustedProxyHops: number): Koa {
  const app = new Koa();
  app.proxy = trustedProxyHops > 0;
  app.maxIpsCount = trustedProxyHops; // counted from the right: the left can be forged
  app.on('error', (error: unknown, ctx?: Context) => {
    const requestId = ctx?.state.requestId;
    if (ctx?.req.destroyed && !ctx.req.complete) return; // the client went away
    const isUnderWay = ctx?.headerSent === true || ctx?.req.complete === false;
    const { code } = error as { code?: string };
    if (isUnderWay && (connectionEnded.includes(code) || code?.startsWith('HPE_'))) return; // or sent no valid HTTP
    log.error({ err: error, requestId }, 'request failed');
  });
  return app;
}
