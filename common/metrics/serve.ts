import Router from '@koa/router';
import basicAuth from 'koa-basic-auth';
import rateLimit from 'koa-ratelimit';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { BoundedMap } from '../http/bounded-map';
import { clientNetwork } from '../http/client-network';
import { createApp } from '../http/create-app';
import { errorResponse } from '../http/error-response';
import { listen } from '../http/listen';
import type { Logger } from '../logger';
import type { OpsConfig } from '../config/ops';

const minuteMs = 60_000;
const maxPerMinute = 60; // of one network: enough for several scrapers, too few for guessing

/**
 * Serves `GET /metrics` on its own port, including the metrics of the process, and returns a function
 * that closes it. Serves nothing when `config` is undefined.
 */
export async function serveMetrics(
  registry: Registry,
  config: OpsConfig | undefined,
  log: Logger,
): Promise<() => Promise<unknown>> {
  if (!config) return () => Promise.resolve();
  collectDefaultMetrics({ register: registry });

  const { host, port, user, password } = config;
  const router = new Router();
  router.get('/metrics', async (ctx) => {
    ctx.type = registry.contentType;
    ctx.body = await registry.metrics();
  });
  const app = createApp(log, 0);
  app.use(errorResponse(({ title }) => Promise.resolve(title)));
  app.use(limitRequests());
  app.use(basicAuth({ name: user, pass: password })); // before the router, so that unknown paths need the password too
  app.use(router.routes());

  const listener = await listen(app, { host, port, variable: 'OPS_PORT' });
  log.info({ host, port }, 'serving metrics');
  return () => listener.close();
}

/** Counts the right requests too: a wrong password must not be found out by what is let through. */
function limitRequests() {
  return rateLimit({
    driver: 'memory',
    db: new BoundedMap({ max: 10_000, keepMs: minuteMs }),
    max: maxPerMinute,
    duration: minuteMs,
    id: clientNetwork,
    throw: true,
    disableHeader: true,
    errorMessage: 'Too many requests. Try again in a minute.',
  });
}
