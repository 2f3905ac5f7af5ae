/**
 * Whether an error says that a store cannot be used at the moment, so that the same request may
 * succeed later: what the network, the disk or a time limit reports, and Postgres in the classes
 * 08 (connection), 40 (a deadlock, say), 53 (resources) and 57 (shutting down). Everything else is a
 * mistake of ours.
 */
export function isOutage(error: unknown): boolean {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  if (typeof code === 'number') return true; // an answer of the storage
  if (typeof code === 'string') {
    return /^(E(?!RR_)[A-Z_]+|ERR_STREAM_PREMATURE_CLOSE|(08|40|53|57)\w{3})$/.test(code);
  }
  if (name === 'KnexTimeoutError' || name === 'FetchError') return true;
  return lostConnection.test(String(message));
}

// pg's own words; knex puts the statement and a hyphen before those that end a statement.
const lostConnection =
  /(^| - )(Connection terminated|timeout e|Query read timeout|Client (was closed|has encountered) )/;
