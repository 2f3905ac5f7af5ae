import type { Knex } from 'knex';

/** Undoing a migration would delete data. */
export class DataLossError extends Error {
  constructor(
    migration: string,
    readonly lost: string[],
  ) {
    super(
      `Undoing ${migration} would delete the data in ${lost.join(', ')}. Nothing was undone.\n` +
        'To undo it anyway, back up the database, then repeat the command with ALLOW_DATA_LOSS=yes.',
    );
    this.name = 'DataLossError';
  }
}

/**
 * The migration's `down`, which throws a DataLossError and changes nothing when a table or column
 * that holds data would go, unless the variable ALLOW_DATA_LOSS is `yes`.
 */
export function refuseDataLoss(name: string, { down }: Knex.Migration): Knex.Migration['down'] {
  return async (knex) => {
    if (process.env.ALLOW_DATA_LOSS === 'yes') await down?.(knex);
    else if (knex.isTransaction) await downWithoutLoss(name, down, knex);
    // With --disable-transactions there would be nothing to roll back.
    else await knex.transaction((trx) => downWithoutLoss(name, down, trx));
  };
}

async function downWithoutLoss(name: string, down: Knex.Migration['down'], trx: Knex) {
  const before = await readTables(trx);
  const filled = await readFilled(trx, before);
  await down?.(trx);
  const after = new Map((await readTables(trx)).map(({ table, columns }) => [table, columns]));
  const lost = filled.flatMap(({ table, columns }) => {
    const left = after.get(table);
    if (!left) return [table];
    return columns.filter((column) => !left.includes(column)).map((column) => `${table}.${column}`);
  });
  if (lost.length > 0) throw new DataLossError(name, lost);
}

interface Table {
  table: string;
  columns: string[];
}

async function readTables(trx: Knex): Promise<Table[]> {
  const { rows } = await trx.raw<{ rows: Table[] }>(`
    select relname as table, array_agg(attname::text order by attnum) as columns
    from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and attnum > 0 and not attisdropped and relname !~ '^knex_migrations'
    group by relname order by relname`);
  return rows;
}

/** The tables that hold rows, with those of their columns that hold a value. */
async function readFilled(trx: Knex, tables: Table[]): Promise<Table[]> {
  const filled: Table[] = [];
  for (const { table, columns } of tables) {
    await trx.raw('lock table ?? in share mode', [table]); // nothing is written until we are done
    const { rows } = await trx.raw<{ rows: { rows: string; values: string[] }[] }>(
      `select count(*) as rows, array[${columns.map(() => 'count(??)').join(', ')}] as values from ??`,
      [...columns, table],
    );
    const [{ rows: count, values } = { rows: '0', values: [] }] = rows;
    if (count === '0') continue;
    filled.push({ table, columns: columns.filter((_, i) => values[i] !== '0') });
  }
  return filled;
}
