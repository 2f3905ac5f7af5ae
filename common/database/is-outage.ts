/**
 * Whether a store is unavailable for now, so that the same request may succeed later: errors of the
 * network, the disk or a time limit, and those of Postgres in the classes 08 (connection), 40
 * (deadlock), 53 (resources) and 57 (shutdown). Every other error is a bug of ours.
 */
export function isOutage(error: unknown): boolean {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  if (typeof code === 'number') return true; // an HTTP status of the storage
  if (typeof code === 'string') {
    return /^(E(?!RR_)[A-Z_]+|ERR_STREAM_PREMATURE_CLOSE|(08|40|53|57)\w{3})$/.test(code);
  }
  if (name === 'KnexTimeoutError' || name === 'FetchError') return true;
  return lostConnection.test(String(message));
}

// Messages of pg, which sets no code. knex puts the statement and a hyphen before some of them.
const lostConnection =
  /(^| - )(Connection terminated|timeout e|Query read timeout|Client (was closed|has encountered) )/;
