import Router from '@koa/router';
import type { Logger } from '../logger';
import { createTimedMemo } from '../resilience/timed-memo';

const keepMs = 3000;

/**
 * `/healthz` says that the process runs, `/readyz` that its checks pass and that it is not stopping.
 * Reasons go to the log only.
 */
export function healthRoutes(
  checks: Record<string, () => Promise<unknown>>,
  log: Logger,
  stopping?: AbortSignal,
): Router {
  const router = new Router();
  const isReady = createTimedMemo(checkAll, { keepMs });

  async function checkAll(): Promise<boolean> {
    const names = Object.keys(checks);
    const results = await Promise.allSettled(Object.values(checks).map((check) => check()));
    results.forEach((result, i) => {
      if (result.status === 'rejected') {
        log.warn({ check: names[i], err: result.reason as unknown }, 'not ready');
      }
    });
    return results.every(({ status }) => status === 'fulfilled');
  }

  router.get('/healthz', (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { status: 'ok' };
  });

  router.get('/readyz', async (ctx) => {
    const takesRequests = !stopping?.aborted && (await isReady());
    ctx.set('Cache-Control', 'no-store');
    ctx.status = takesRequests ? 200 : 503;
    ctx.body = { status: takesRequests ? 'ready' : 'not ready' };
  });

  return router;
}
