import createError, { isHttpError } from 'http-errors';
import type { Context, Middleware } from 'koa';
import { randomUUID } from 'node:crypto';
import { prefersJson } from '../../common/http/error-response';
import { reference } from '../../common/leads/reference';
import { checkSubmission, givenId } from './check-submission';
import type { FormResponses } from './form-responses';
import { RejectedForm } from './read-multipart';
import type { ReceivedForm } from './receive-form';
import type { Spool } from './spool';
import { storeSubmission, type Submission, type SubmissionDeps } from './store-submission';
import { unavailable } from './unavailable';

export interface SubmitDeps extends SubmissionDeps {
  spool: Pick<Spool, 'discard'>;
}

/** Handles `POST /leads`: receives the form, checks and stores it, and discards the upload. */
export function submit(
  deps: SubmitDeps,
  receiveForm: (ctx: Context) => Promise<ReceivedForm>,
  form: FormResponses,
): Middleware {
  return async (ctx) => {
    const received = await receiveForm(ctx).catch((error: unknown) => {
      if (!(error instanceof RejectedForm)) throw error;
      return form.refuse(ctx, error.reason, error.typed);
    });
    if (!received) return;
    const { resume } = received;
    try {
      await checkAndStore(deps, form, ctx, received);
    } finally {
      // A failure here does not concern the sender.
      if (resume)
        await deps.spool
          .discard(resume)
          .catch((error: unknown) => ctx.app.emit('error', error, ctx));
    }
  };
}

async function checkAndStore(
  deps: SubmitDeps,
  form: FormResponses,
  ctx: Context,
  received: ReceivedForm,
): Promise<void> {
  const clientId = givenId(received.fields, ctx.get('Idempotency-Key'));
  const id = clientId ?? randomUUID();
  const typed = { ...received.fields, submission_id: id };
  const { submission, errors } = await checkSubmission(id, received);
  if (errors) {
    await form.refuse(ctx, createError(422, 'Nothing was sent yet.', { errors }), typed);
    return;
  }
  try {
    const json = prefersJson(ctx);
    const stored = await storeSubmission(deps, submission, { mayRename: !json });
    ctx.state.submission = { isRepeat: stored.isRepeat, isFlagged: !!submission.flaggedReason };
    if (json) sendLead(ctx, { ...submission, id: stored.id });
    else redirectToThanks(ctx, stored.id);
  } catch (error) {
    const isDown = isHttpError(error) && error.status === 503;
    if (isDown && !clientId && prefersJson(ctx)) throw unavailable(error.cause, { madeId: id });
    await form.refuse(ctx, error, typed);
  }
}

function sendLead(ctx: Context, { id, firstName, lastName, email }: Submission): void {
  ctx.status = 201;
  ctx.body = { id, state: 'PENDING', first_name: firstName, last_name: lastName, email };
}

function redirectToThanks(ctx: Context, id: string): void {
  ctx.status = 303; // so that a reload repeats the GET, not this POST
  ctx.redirect(`/thank-you?reference=${reference(id)}`);
}
