import Router from '@koa/router';
import basicAuth from 'koa-basic-auth';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { createApp } from '../http/create-app';
import { errorResponse } from '../http/error-response';
import { listen } from '../http/listen';
import type { Logger } from '../logger';
import type { OpsConfig } from '../config/ops';

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
  app.use(basicAuth({ name: user, pass: password })); // before the router, so that unknown paths need the password too
  app.use(router.routes());

  const listener = await listen(app, { host, port, variable: 'OPS_PORT' });
  log.info({ host, port }, 'serving metrics');
  return () => listener.close();
}
