import Router from '@koa/router';
import { isHttpError } from 'http-errors';
import type { Middleware } from 'koa';
import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { prefersJson } from '../../common/http/error-response';
import type { PublicConfig } from '../config';
import { requiredPace, type Pace } from '../connections/pace';
import { rateLimit, type RateLimitDeps } from '../rate-limit/rate-limit';
import { createFormResponses, type FormResponses } from './form-responses';
import { submissionMetrics } from './metrics';
import { createFormReceiver, receiveText, type Reading } from './receive-form';
import type { RenderPublic } from '../views';
import type { Spool } from './spool';
import type { SubmissionDeps } from './store-submission';
import { submit } from './submit';

export interface SubmissionRouteDeps extends SubmissionDeps, RateLimitDeps {
  config: Pick<PublicConfig, 'maxResumeBytes' | 'rateLimit'>;
  render: RenderPublic;
  spool: Spool;
  metrics: Registry;
  /** The pace that each body must keep; `requiredPace` unless given. */
  pace?: Pace;
}

export function submissionRoutes(deps: SubmissionRouteDeps): Router {
  const { render, spool, pace = requiredPace } = deps;
  const { maxResumeBytes } = deps.config;
  const metrics = submissionMetrics(deps.metrics);
  const reading = { pace, received: metrics.received };
  const receiveForm = createFormReceiver(spool, maxResumeBytes, reading);
  const form = createFormResponses(render, maxResumeBytes);
  const router = new Router({ strict: true, sensitive: true }); // as `cors` compares

  router.get('/', (ctx) => form.show(ctx, { submission_id: randomUUID() }));

  router.post(
    '/leads',
    metrics.count,
    keepText(form, reading),
    ...rateLimit(deps),
    submit(deps, receiveForm, form),
  );

  router.get('/thank-you', thankYou(render));

  return router;
}

/** On 429, still parses the text fields so that the form comes back filled in. */
function keepText(form: FormResponses, reading: Reading): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (!isHttpError(error) || error.status !== 429 || prefersJson(ctx)) throw error;
      await form.refuse(ctx, error, await receiveText(ctx, reading));
    }
  };
}

function thankYou(render: RenderPublic): Middleware {
  return async (ctx) => {
    const given = ctx.query.reference;
    const reference = typeof given === 'string' && /^[0-9a-f]{8}$/.test(given) ? given : undefined;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await render('thank-you', { reference }, { title: 'Thank you', isError: false });
  };
}
