import createError from 'http-errors';

/**
 * A 503 that says what became of the submission. The page that shows it carries the submission's
 * id; a program that sent none must be told the id that we made.
 */
export function unavailable(cause: unknown, { madeId }: { madeId?: string } = {}): Error {
  const how = madeId ? `, with the header Idempotency-Key: ${madeId}` : '';
  const detail =
    `We could not save your submission just now. Please send it again in a minute${how}; even if ` +
    'the first one did arrive, we get it only once.';
  return createError(503, detail, { cause, expose: true, headers: { 'Retry-After': '30' } });
}
