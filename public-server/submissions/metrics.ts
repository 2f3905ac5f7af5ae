import type { Context, Middleware } from 'koa';
import { Counter, type Registry } from 'prom-client';

declare module 'koa' {
  interface DefaultState {
    /** Set once it is stored. */
    submission?: { isRepeat: boolean; isFlagged: boolean };
  }
}

const outcomes: Record<number, string> = {
  400: 'malformed',
  408: 'too_slow',
  409: 'conflict',
  413: 'too_large',
  415: 'malformed',
  422: 'invalid',
  429: 'rate_limited',
  503: 'unavailable',
};

/** Counts submissions by outcome, and the bytes of their bodies. */
export function submissionMetrics(registry: Registry) {
  const submissions = new Counter({
    name: 'submissions_total',
    help: 'Submissions by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const bytes = new Counter({
    name: 'upload_bytes_total',
    help: 'Bytes received in the bodies of submissions',
    registers: [registry],
  });
  const count: Middleware = async (ctx, next) => {
    ctx.res.once('close', () => submissions.inc({ outcome: outcomeOf(ctx) }));
    await next();
  };
  return { count, received: (length: number) => bytes.inc(length) };
}

/** A stored submission counts as such even if its sender left before the response. */
function outcomeOf({ state, res, status }: Context): string {
  const { submission } = state;
  if (submission?.isRepeat) return 'repeated';
  if (submission) return submission.isFlagged ? 'flagged' : 'accepted';
  return res.writableEnded ? (outcomes[status] ?? 'failed') : 'aborted';
}
