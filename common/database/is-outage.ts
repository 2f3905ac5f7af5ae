import { httpStatusOf } from '../resilience/http-status';

const connectFailures = new WeakSet<Error>();

/** Whatever fails while a connection is made is an outage: the variables were right at the start. */
export function markConnectFailure(error: Error): void {
  connectFailures.add(error);
}

/**
 * Whether a store is unavailable for now, so that the same request may succeed later: errors of the
 * database (see there), the network, TLS, the disk or a time limit, and any refusal of the storage.
 * Every other error is a bug of ours.
 */
export function isOutage(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (isDatabaseOutage(error) || httpStatusOf(error) !== undefined) return true;
  return name === 'FetchError' || (typeof code === 'string' && systemErrors.test(code));
}

/** Whether the database cannot be reached or used for now. */
export function isDatabaseOutage(error: unknown): boolean {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  if (connectFailures.has(error as Error) || name === 'KnexTimeoutError') return true;
  if (typeof code === 'string' && sqlStates.test(code)) return true;
  return isReadOnly(error) || isSessionLost(error) || lostConnection.test(String(message));
}

/** A primary that became a standby, or a database that somebody set to read-only. */
export function isReadOnly(error: unknown): boolean {
  return (error as { code?: unknown }).code === '25006';
}

/**
 * Whether the session is no longer the one that we set up: it left a statement unanswered, or a
 * pooler or a migration took its prepared statements away. Another connection may succeed.
 */
export function isSessionLost(error: unknown): boolean {
  const { code, message, routine } = error as Record<string, unknown>;
  if (routine === 'RevalidateCachedQuery') return true; // the types of a result have changed
  if (typeof code === 'string' && /^(08\w{3}|26000|42P05)$/.test(code)) return true;
  return String(message).endsWith('Query read timeout');
}

// The classes 28 (login), 3D (no such database), 40 (deadlock, or a conflict with recovery), 53
// (resources), 57 (shutdown, or a statement that was ended) and 58 (disk); a transaction's time
// limits. Behind a pooler, a login may fail as late as at a statement.
const sqlStates = /^((28|3D|40|53|57|58)\w{3}|25P0[34])$/;

// Of Node: all but its own refusals of arguments, and what it calls a certificate's flaws.
const systemErrors =
  /^(E(?!RR_)[A-Z0-9_]+|ERR_(STREAM_PREMATURE_CLOSE|(SSL|TLS|SOCKET)_\w+)|.*(CERT|CRL|ISSUER|SIGNATURE)\w*|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/;

// Messages of pg, which sets no code. knex puts the statement and a hyphen before some of them.
const lostConnection =
  /(^| - )(Connection terminated|timeout e|Query read timeout|Client (was closed|has encountered) )/;
