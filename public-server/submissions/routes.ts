import Router from '@koa/router';
import createError, { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { prefersJson, type FieldError } from '../../common/http/error-response';
import { isUuid } from '../../common/is-uuid';
import { reference } from '../../common/leads/reference';
import type { PublicConfig } from '../config';
import { readFields } from './fields';
import { formPage, type FormProblem } from './form-page';
import {
  createFormReceiver,
  receiveText,
  type FormFields,
  type ReceivedForm,
} from './receive-form';
import { rateLimit, type RateLimitDeps } from '../rate-limit/rate-limit';
import { checkResume, cleanFilename } from '../resume-check';
import type { Spool } from './spool';
import { submissionMetrics } from './metrics';
import { unavailable } from './unavailable';
import type { RenderPublic } from '../views';
import { store, type Submission, type SubmissionDeps } from './store-submission';

export interface LeadRouteDeps extends SubmissionDeps, RateLimitDeps {
  config: Pick<PublicConfig, 'maxResumeBytes' | 'rateLimit'>;
  render: RenderPublic;
  spool: Spool;
  metrics: Registry;
}

export function leadRoutes(deps: LeadRouteDeps): Router {
  const { config, render, spool } = deps;
  const metrics = submissionMetrics(deps.metrics);
  const receiveForm = createFormReceiver(spool, config.maxResumeBytes, metrics.received);
  const router = new Router({ strict: true, sensitive: true }); // as `cors` compares

  router.get('/', async (ctx) => {
    await showForm(ctx, { submission_id: randomUUID() });
  });

  router.post('/leads', metrics.count, showTextAgain, ...rateLimit(deps), async (ctx) => {
    const form = await receiveForm(ctx).catch((error: unknown) => refuse(ctx, error));
    if (!form) return;
    const { resume } = form;
    try {
      await submit(ctx, form);
    } finally {
      if (resume) await spool.discard(resume).catch(report(ctx)); // it is no matter of the sender's
    }
  });

  router.get('/thank-you', async (ctx) => {
    const given = ctx.query.reference;
    const reference = typeof given === 'string' && /^[0-9a-f]{8}$/.test(given) ? given : undefined;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await render('thank-you', { reference }, { title: 'Thank you', isError: false });
  });

  /** Although the rest of a body that comes too soon is not taken. */
  async function showTextAgain(ctx: Context, next: () => Promise<void>): Promise<void> {
    try {
      await next();
    } catch (error) {
      if (!isHttpError(error) || error.status !== 429 || prefersJson(ctx)) throw error;
      await refuse(ctx, error, await receiveText(ctx, metrics.received));
    }
  }

  async function submit(ctx: Context, form: ReceivedForm): Promise<void> {
    const givenId = submissionId(ctx, form.fields);
    const id = givenId ?? randomUUID();
    const values = { ...form.fields, submission_id: id };
    const { submission, errors } = await check(id, form);
    if (errors) {
      await refuse(ctx, createError(422, 'Nothing was sent yet.', { errors }), values);
      return;
    }
    try {
      const json = prefersJson(ctx);
      const stored = await store(deps, submission, { mayRename: !json });
      ctx.state.submission = { isRepeat: stored.isRepeat, isFlagged: !!submission.flaggedReason };
      if (json) created(ctx, { ...submission, id: stored.id });
      else redirectToThanks(ctx, stored.id);
    } catch (error) {
      const isDown = isHttpError(error) && error.status === 503;
      if (isDown && !givenId && prefersJson(ctx)) throw unavailable(error.cause, { madeId: id });
      await refuse(ctx, error, values);
    }
  }

  /** The form again with what was typed, for people; programs get the error itself. */
  async function refuse(ctx: Context, error: unknown, given?: FormFields): Promise<void> {
    if (!isHttpError(error) || prefersJson(ctx)) throw error;
    const values = given ?? (error.fields as FormFields | undefined) ?? {};
    if (Object.keys(values).length === 0) throw error;
    if (error.status >= 500) ctx.app.emit('error', error, ctx);
    ctx.status = error.status;
    ctx.set(error.headers ?? {});
    const errors = (error.errors ?? []) as FieldError[];
    await showForm(ctx, values, { errors, message: error.message });
  }

  async function showForm(ctx: Context, values: FormFields, problem?: FormProblem): Promise<void> {
    ctx.set('Cache-Control', 'no-store'); // each form carries an id of its own
    ctx.type = 'html';
    const page = formPage(values, config.maxResumeBytes, problem);
    const isError = problem !== undefined;
    ctx.body = await render('form', page, { title: 'Tell us about yourself', isError });
  }

  return router;
}

/** The client's id for this submission, if it sent one. */
function submissionId(ctx: Context, fields: FormFields): string | undefined {
  const ids = [fields.submission_id, ctx.get('Idempotency-Key')].filter((id) => id);
  const [id, other = id] = ids;
  if (id === undefined || other === undefined) return undefined;
  if (!isUuid(id) || other.toLowerCase() !== id.toLowerCase()) {
    throw createError(400, 'The submission id must be one UUID. Please open the form again.');
  }
  return id.toLowerCase();
}

type Checked =
  { submission: Submission; errors?: undefined } | { submission?: undefined; errors: FieldError[] };

async function check(id: string, { fields, resume }: ReceivedForm): Promise<Checked> {
  const read = readFields(fields);
  const errors = [...(read.errors ?? [])];
  const verdict = resume
    ? await checkResume(resume, resume.filename)
    : { problem: 'Choose your resume.' };
  if ('problem' in verdict) errors.push({ field: 'resume', message: verdict.problem });
  if (!read.values || !resume || 'problem' in verdict) return { errors };

  const { first_name: firstName, last_name: lastName, email } = read.values;
  return {
    submission: {
      id,
      firstName,
      lastName,
      email,
      flaggedReason: fields.website ? 'honeypot' : null,
      resume: {
        filename: cleanFilename(resume.filename, verdict.type),
        type: verdict.type,
        file: resume,
      },
    },
  };
}

function report(ctx: Context): (error: unknown) => void {
  return (error) => ctx.app.emit('error', error, ctx);
}

function created(ctx: Context, { id, firstName, lastName, email }: Submission): void {
  ctx.status = 201;
  ctx.body = { id, state: 'PENDING', first_name: firstName, last_name: lastName, email };
}

function redirectToThanks(ctx: Context, id: string): void {
  ctx.status = 303; // so that a reload repeats the GET, not this POST
  ctx.redirect(`/thank-you?reference=${reference(id)}`);
}
