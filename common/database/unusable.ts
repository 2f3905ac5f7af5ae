/** Says in one sentence why the database whose address is in `variable` cannot be used. */
export function unusable(error: unknown, variable: string): Error {
  return new Error(`The database cannot be used (${reasonOf(error)}). Check ${variable}.`, {
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  // knex puts the statement before the message; Node gives none when it tried several addresses.
  const text = String(message).split(' - ').at(-1);
  const isTimeout = name === 'KnexTimeoutError' || /time(d )?out/.test(String(text));
  if (code === undefined) return isTimeout ? 'no answer' : String(text);
  return text === '' ? code : `${code}: ${text}`;
}
