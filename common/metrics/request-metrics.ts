import type { Middleware } from 'koa';
import { Counter, Histogram, type Registry } from 'prom-client';
import { isAborted, requestLabels } from '../http/request-labels';

const labelNames = ['method', 'route', 'status'] as const;

/** Counts and times every request. The status is `aborted` when the client went away. */
export function requestMetrics(registry: Registry): Middleware {
  const registers = [registry];
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests by method, route and status',
    labelNames,
    registers,
  });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its response',
    labelNames,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });

  return async (ctx, next) => {
    const stop = duration.startTimer();
    ctx.res.once('close', () => {
      const status = isAborted(ctx) ? 'aborted' : String(ctx.status);
      const labels = { ...requestLabels(ctx), status };
      requests.inc(labels);
      stop(labels);
    });
    await next();
  };
}
