import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import knexfile from '../../knexfile';
import { searchPatterns } from '../../common/leads/search';
import { migrate } from '../../migrations/run';
import { addLead } from '../support/apps/leads';
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../support/process/postgres';
import { rejection } from '../support/rejection';

/** Functions and indexes as the catalogs print them. */
async function schemaOf(url: string): Promise<string[]> {
  const db = knex({ client: 'pg', connection: url });
  await db.raw(`set search_path = ''`);
  const { rows } = await db.raw<{ rows: { text: string }[] }>(
    `select pg_get_functiondef(oid) as text from pg_proc
     where pronamespace = 'public'::regnamespace and proname ~ '^lead'
     union all select indexdef from pg_indexes where schemaname = 'public' order by 1`,
  );
  await db.destroy();
  return rows.map(({ text }) => text);
}

describe('extensions that exist in another schema', () => {
  let ordinary: string[];
  let database: TestDatabase;
  let superuser: Knex;
  let name: string;

  before(async () => {
    const migrated = await createTestDatabase();
    ordinary = await schemaOf(migrated.ownerUrl);
    await migrated.drop();
  });

  beforeEach(async () => {
    database = await createEmptyDatabase();
    superuser = knex({ client: 'pg', connection: database.superuserUrl });
    name = new URL(database.ownerUrl).pathname.slice(1);
  });

  afterEach(async () => {
    await superuser.destroy();
    await database.drop();
  });

  async function expectToFindLead(): Promise<void> {
    const outside = knex({ client: 'pg', connection: database.publicUrl });
    const id = await addLead(outside, { first_name: 'Zoë' });
    await outside.destroy();
    const inside = knex({ client: 'pg', connection: database.internalUrl });
    const patterns = await searchPatterns(inside, 'Zoë');
    expect(patterns).to.deep.equal(['%zoe%']);
    const found = await inside('leads')
      .whereLike('search_text', patterns[0]!)
      .pluck<string[]>('id');
    await inside.destroy();
    expect(found).to.deep.equal([id]);
  }

  for (const [schema, searchPath] of [
    ['extensions', '"$user", public, extensions'],
    ['extensions', 'public'],
    ['"odd Schema"', 'public'],
    ['public', '"$user", public'],
  ] as const) {
    it(`are found in ${schema} when the database searches ${searchPath}`, async () => {
      await superuser.raw(`create schema if not exists ${schema};
        create extension unaccent schema ${schema}; create extension pg_trgm schema ${schema};
        grant usage on schema ${schema} to lead_owner;
        alter database ${name} set search_path = ${searchPath}`);
      await migrate(database.ownerUrl);
      const prefix = schema === 'public' ? 'public.' : `${schema}.`;
      const expected = ordinary.map((text) =>
        schema === 'public'
          ? text
          : text.replace(/\bpublic\.(?=gin_trgm_ops)|(?<=lower\()(?=unaccent\()/, prefix),
      );
      expect(await schemaOf(database.ownerUrl)).to.have.members(expected);
      await expectToFindLead();

      const db = knex({ ...knexfile, connection: database.ownerUrl });
      await db.migrate.down({ name: '010_one_search' }); // makes an index of 008 again
      await db.destroy();
      expect(await migrate(database.ownerUrl)).to.deep.equal(['010_one_search']);
    });
  }

  it('are asked for with the statement when the owner may not use their schema', async () => {
    await superuser.raw(`create schema extensions;
      create extension unaccent schema extensions; create extension pg_trgm schema extensions`);
    const { message } = await rejection(migrate(database.ownerUrl));
    expect(message).to.include('pg_trgm is in the schema extensions, which lead_owner may not use');
    const [, statement = ''] = /\n {2}(GRANT .+;)\n/.exec(message) ?? [];
    await superuser.raw(statement);
    await migrate(database.ownerUrl);
    await expectToFindLead();
  });
});
