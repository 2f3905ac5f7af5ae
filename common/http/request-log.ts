import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Logger } from '../logger';
import { isAborted, requestLabels } from './request-labels';

declare module 'koa' {
  interface DefaultState {
    requestId: string;
  }
}

/**
 * Logs one line for each request: the pattern of the route, but no path, query string or address,
 * because those are personal data. The status is the one that was sent; a request that was aborted
 * before that has none.
 */
export function requestLog(log: Logger): Middleware {
  return async (ctx, next) => {
    const started = process.hrtime.bigint();
    ctx.state.requestId = randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.res.once('close', () => {
      log.info({
        requestId: ctx.state.requestId,
        ...requestLabels(ctx),
        // Koa's own status is 404 until there is a response.
        ...(ctx.res.headersSent && { status: ctx.status }),
        ms: Math.round(Number(process.hrtime.bigint() - started) / 1e6),
        ...(isAborted(ctx) && { aborted: true }),
      });
    });
    await next();
  };
}
