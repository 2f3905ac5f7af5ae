/**
 * What a session may have inherited otherwise (`alter database … set`, `alter role … set`), and what
 * our SQL or the reading of its results relies on.
 */
const settings = {
  // How values are written and read.
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // Which tables and rows are meant.
  search_path: 'public',
  row_security: 'on',
  gin_fuzzy_search_limit: '0',
  // What a transaction promises. Whether it may write is the database's to say.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
};

/**
 * One statement for each new connection. PgBouncer refuses settings that come with the login, so
 * they follow it.
 */
export const sessionSettings = `select set_config(name, value, false) from (values ${Object.entries(
  settings,
)
  .map(([name, value]) => `('${name}', '${value}')`)
  .join(', ')}) as ours (name, value)`;

interface Session {
  query(text: string, done: (error: Error | null) => void): void;
  end(): unknown;
}

/** For `afterCreate` of a pool of knex. */
export function setUpSession<S extends Session>(
  session: S,
  done: (error: Error | null, session: S) => void,
): void {
  session.query(sessionSettings, (error) => {
    if (error) void session.end(); // knex would forget it and leave it open
    done(error, session);
  });
}
