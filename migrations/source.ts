import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Knex } from 'knex';
import { refuseDataLoss } from './data-loss';

const load = createRequire(__filename); // finds .ts under ts-node and .js when compiled

/** Under the property that the knex command line prints. */
export interface MigrationFile {
  file: string;
}

/**
 * Every file of this folder that begins with a number. Names are recorded without extension, so that
 * a database migrated from TypeScript and one migrated from compiled JavaScript hold the same record.
 */
export const migrationSource: Knex.MigrationSource<MigrationFile> = {
  async getMigrations() {
    const files = await readdir(__dirname);
    const names = files.flatMap((file) => /^(\d+_[^.]+)\.[jt]s$/.exec(file)?.[1] ?? []);
    return names.sort().map((file) => ({ file }));
  },

  getMigrationName: ({ file }) => file,

  getMigration({ file }) {
    const migration = load(path.join(__dirname, file)) as Knex.Migration;
    return Promise.resolve({ ...migration, down: refuseDataLoss(file, migration) });
  },
};
