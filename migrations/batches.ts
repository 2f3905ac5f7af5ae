import type { Knex } from 'knex';
import { migrationSource, type MigrationFile } from './source';

const table = 'knex_migrations';

/** Makes each migration a batch of its own, because a rollback undoes a whole batch. */
export async function separateBatches(knex: Knex): Promise<number> {
  return knex(table)
    .whereNot('batch', knex.ref('id'))
    .update({ batch: knex.ref('id') });
}

/**
 * Before several migrations are undone: throws when one of them would refuse, so that either all are
 * undone or none, and when an earlier version recorded them as one batch.
 */
export async function checkUndo(knex: Knex, migrations: MigrationFile[]): Promise<void> {
  const [first] = migrations;
  if (!first || migrations.length === 1) return;
  const isUndo = (await knex(table).where({ name: first.file }).first()) !== undefined;
  if (!isUndo) return;
  if ((await separateBatches(knex)) > 0) {
    throw new Error(
      'An earlier version recorded several migrations as one batch. They are separate now, and ' +
        'nothing was undone. Repeat the command.',
    );
  }
  const rehearsal = await knex.transaction();
  try {
    for (const migration of migrations) {
      const { down } = await migrationSource.getMigration(migration);
      await down?.(rehearsal);
    }
  } finally {
    await rehearsal.rollback();
  }
}
