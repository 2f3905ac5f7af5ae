import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { withClient } from '../../../embedded/provision';
import knexfile from '../../../knexfile';
import { migrate } from '../../../migrations/run';
import { createEmptyDatabase, type TestDatabase } from '../../support/process/postgres';

const settings: [name: string, inherited: string, ours: string][] = [
  ['DateStyle', 'German, DMY', 'ISO, MDY'],
  ['IntervalStyle', 'sql_standard', 'postgres'],
  ['TimeZone', 'Asia/Kolkata', 'UTC'],
  ['bytea_output', 'escape', 'hex'],
  ['extra_float_digits', '-10', '1'],
  ['quote_all_identifiers', 'on', 'off'],
  ['standard_conforming_strings', 'off', 'on'],
  ['backslash_quote', 'on', 'safe_encoding'],
  ['array_nulls', 'off', 'on'],
  ['transform_null_equals', 'on', 'off'],
  ['search_path', 'nowhere', 'public'],
  ['row_security', 'off', 'on'],
  ['gin_fuzzy_search_limit', '1', '0'],
  ['default_transaction_isolation', 'serializable', 'read committed'],
  ['default_transaction_deferrable', 'on', 'off'],
  ['synchronous_commit', 'off', 'on'],
];

describe('the settings of a session', () => {
  let database: TestDatabase;
  let opened: Knex[];

  before(async () => {
    database = await createEmptyDatabase();
    await withClient(database.superuserUrl, async (client) => {
      const name = new URL(database.ownerUrl).pathname.slice(1);
      for (const [setting, inherited] of settings) {
        await client.query(`alter database ${name} set ${setting} = '${inherited}'`);
      }
    });
    await migrate(database.ownerUrl);
    opened = [
      createDatabase(database.publicUrl),
      createDatabase(database.internalUrl),
      createDatabase(database.ownerUrl),
      knex({ ...knexfile, connection: database.ownerUrl }),
    ];
  });

  after(async () => {
    await Promise.all(opened.map((db) => db.destroy()));
    await database.drop();
  });

  it('are not those of the database, for either server, the commands and the migrations', async () => {
    for (const db of opened) {
      const { rows } = await db.raw<{ rows: { value: string }[] }>(
        'select current_setting(name) as value from unnest(?::text[]) as name',
        [settings.map(([name]) => name)],
      );
      expect(rows.map(({ value }) => value)).to.deep.equal(settings.map(([, , ours]) => ours));
    }
  });

  it('let every migration put its tables into public', async () => {
    const { rows } = await opened[2]!.raw<{ rows: unknown[] }>(
      "select from pg_tables where schemaname = 'public' and tablename in ('leads', 'outbox', 'knex_migrations')",
    );
    expect(rows).to.have.length(3);
  });
});
