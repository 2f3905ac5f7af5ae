import Router from '@koa/router';
import basicAuth from 'koa-basic-auth';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { createApp } from '../http/create-app';
import { errorResponse } from '../http/error-response';
import { listen } from '../http/listen';
import type { Close } from '../http/run-server';
import type { Logger } from '../logger';
import type { OpsConfig } from '../config/ops';

/**
 * Serves `GET /metrics` on a listener of its own, with those of the process added. Answers what
 * closes it; without a configuration there is nothing to serve or close.
 */
export async function serveMetrics(
  registry: Registry,
  config: OpsConfig | undefined,
  log: Logger,
): Promise<Close> {
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
  app.use(basicAuth({ name: user, pass: password })); // before every path, unknown ones included
  app.use(router.routes());

  const listener = await listen(app, { host, port, variable: 'OPS_PORT' });
  log.info({ host, port }, 'serving metrics');
  return () => listener.close();
}
