import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Logger } from '../logger';
import { requestLabels } from './request-labels';

declare module 'koa' {
  interface DefaultState {
    requestId: string;
  }
}

/**
 * Logs one line for each request: the pattern of the route, but no path, query string or address,
 * because those are personal data.
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
        status: ctx.status,
        ms: Math.round(Number(process.hrtime.bigint() - started) / 1e6),
        ...(!ctx.res.writableFinished && { aborted: true }),
      });
    });
    await next();
  };
}
