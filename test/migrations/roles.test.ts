import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';

const tables = [
  'leads',
  'outbox',
  'outbox_recipients',
  'accounts',
  'api_tokens',
  'notes',
  'audit_events',
  'resume_problems',
  'sweeps',
  'sign_in_networks',
  'sign_in_key',
  'knex_migrations',
  'knex_migrations_lock',
];

function insertOf(id: string, end = ''): { text: string; values: unknown[] } {
  return {
    text: `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
      resume_type, resume_bytes, resume_sha256)
      values ($1::uuid, 'Ann', 'Lee', 'ann@example.com', 'resumes/' || $1::uuid, 'cv.pdf', 'pdf', 1, $2) ${end}`,
    values: [id, '0'.repeat(64)],
  };
}

describe('lead_public', () => {
  let database: TestDatabase;
  let client: Client;

  before(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.publicUrl });
    await client.connect();
  });

  after(async () => {
    await client.end();
    await database.drop();
  });

  async function sqlState(query: string | { text: string; values: unknown[] }): Promise<string> {
    try {
      await client.query(query as string);
      return 'it worked';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  it('adds a lead, and ignores the same one again', async () => {
    const id = randomUUID();
    const insert = insertOf(id, 'on conflict do nothing');
    expect((await client.query(insert)).rowCount).to.equal(1);
    expect((await client.query(insert)).rowCount).to.equal(0);
  });

  it('is tested on every table of the database', async () => {
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
    );
    await owner.end();
    expect(rows.map(({ name }) => name)).to.have.members(tables);
  });

  for (const table of tables) {
    for (const statement of [
      `select * from ${table}`,
      `select count(*) from ${table}`,
      `table ${table}`,
      `copy ${table} to stdout`,
      `delete from ${table}`,
      `truncate ${table}`,
      `explain select * from ${table}`,
    ]) {
      it(`is refused: ${statement}`, async () => {
        expect(await sqlState(statement)).to.equal('42501');
      });
    }
  }

  for (const statement of [
    'select id from leads',
    'select email from leads',
    "update leads set first_name = 'x'",
    "update outbox set state = 'SENT'",
    'update accounts set is_active = false',
    "insert into leads (id, state) values (gen_random_uuid(), 'REACHED_OUT')",
    'insert into leads (id, created_at) values (gen_random_uuid(), now())',
    "insert into outbox (lead_id, kind) values (gen_random_uuid(), 'NOTIFICATION')",
    "insert into audit_events (actor, action) values ('system', 'x')",
    'create table mine (id int)',
    'create temporary table mine (id int)',
    'create schema mine',
    'alter table leads disable trigger all',
    'create function mine() returns int language sql as $$ select 1 $$',
    'set role lead_internal',
    'select lo_create(0)',
  ]) {
    it(`is refused: ${statement}`, async () => {
      expect(await sqlState(statement)).to.equal('42501');
    });
  }

  for (const end of [
    'returning id',
    'returning *',
    'on conflict (id) do nothing',
    'on conflict (id) do update set first_name = excluded.first_name',
  ]) {
    it(`is refused: insert … ${end}`, async () => {
      expect(await sqlState(insertOf(randomUUID(), end))).to.equal('42501');
    });
  }
});

describe('lead_internal', () => {
  let database: TestDatabase;
  let client: Client;

  before(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.internalUrl });
    await client.connect();
  });

  after(async () => {
    await client.end();
    await database.drop();
  });

  for (const statement of [
    'update audit_events set actor = actor',
    'delete from audit_events',
    'truncate audit_events',
    "update leads set email = 'x@example.com'",
    'delete from accounts',
    'insert into leads (id) values (gen_random_uuid())',
    'drop table leads',
    'create table mine (id int)',
  ]) {
    it(`is refused: ${statement}`, async () => {
      const code = await client.query(statement).then(
        () => 'it worked',
        (error: unknown) => (error as { code: string }).code,
      );
      expect(code).to.equal('42501');
    });
  }
});
