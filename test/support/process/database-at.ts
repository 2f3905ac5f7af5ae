import { knex, type Knex } from 'knex';
import { migrationConfig } from '../../../migrations/config';
import { createTestDatabase, type TestDatabase } from './postgres';

export interface DatabaseAt {
  database: TestDatabase;
  /** As its owner. */
  db: Knex;
  down(): Promise<void>;
  /** Returns what it printed. */
  up(): Promise<string[]>;
  close(): Promise<void>;
}

/** A database whose latest migration is `name`, which can be undone and applied again. */
export async function databaseAt(name: string): Promise<DatabaseAt> {
  const database = await createTestDatabase();
  const log = { warn: () => undefined };
  const db = knex({ ...migrationConfig, connection: database.ownerUrl, log });
  const latest = async () =>
    (await db('knex_migrations').max('name as name').first<{ name: string }>()).name;
  while ((await latest()) !== name) await db.migrate.down();
  return {
    database,
    db,
    async down() {
      await db.migrate.down({ name });
    },
    async up() {
      const printed: string[] = [];
      const { log } = console;
      console.log = (line: string) => void printed.push(line);
      await (db.migrate.up({ name }) as Promise<unknown>).finally(() => (console.log = log));
      return printed;
    },
    async close() {
      await db.destroy();
      await database.drop();
    },
  };
}
