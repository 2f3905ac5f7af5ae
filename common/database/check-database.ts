import type { Knex } from 'knex';
import { readOnlyEvent } from './connect';
import { checkPrivileges, type AllowedPrivileges } from './privileges/check';

/** `code` is the one that Postgres gives a statement that would write. */
class ReadOnlyError extends Error {
  readonly code = '25006';

  constructor() {
    super('the database is read-only');
    this.name = 'ReadOnlyError';
  }
}

/** Throws unless the database can be written to, and this login may do what the server needs and no more. */
export async function checkDatabase(
  db: Pick<Knex, 'raw' | 'emit'>,
  allowed: AllowedPrivileges,
): Promise<void> {
  await checkWritable(db);
  await checkPrivileges(db, allowed);
}

async function checkWritable(db: Pick<Knex, 'raw' | 'emit'>): Promise<void> {
  const { rows } = await db.raw<{ rows: { transaction_read_only: string }[] }>(
    'show transaction_read_only',
  );
  if (rows[0]?.transaction_read_only === 'off') return;
  db.emit(readOnlyEvent);
  throw new ReadOnlyError();
}
