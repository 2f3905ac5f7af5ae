import createError from 'http-errors';

/** A store is down: 503, and an honest word on what became of the submission. */
export function unavailable(cause: unknown): Error {
  const detail =
    'We could not save your submission just now. Please send it again in a minute; even if the ' +
    'first one did arrive, we get it only once.';
  return createError(503, detail, { cause, expose: true, headers: { 'Retry-After': '30' } });
}
