import { expect } from 'chai';
import { loginUrl, provision, withClient } from '../../embedded/provision';
import {
  createTestDatabase,
  startOwnPostgres,
  type TestDatabase,
} from '../support/process/postgres';

const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };

async function ask(url: string, sql: string): Promise<unknown> {
  let answer: unknown;
  await withClient(url, async (client) => {
    answer = (await client.query<{ answer: unknown }>(sql)).rows[0]?.answer;
  });
  return answer;
}

async function refusal(url: string, sql: string): Promise<unknown> {
  return ask(url, sql).catch((error: unknown) => (error as { code?: string }).code);
}

describe('provision', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  it('gives each server a login that is a member of its own role only', async () => {
    const roles = `select array_agg(role order by role) as answer from unnest(
      array['lead_owner', 'lead_public', 'lead_internal']) as role
      where pg_has_role(current_user, role, 'usage')`;
    expect(await ask(database.publicUrl, roles)).to.deep.equal(['lead_public']);
    expect(await ask(database.internalUrl, roles)).to.deep.equal(['lead_internal']);
  });

  it('lets only the internal login read leads', async () => {
    const count = 'select count(*)::int as answer from leads';
    expect(await ask(database.internalUrl, count)).to.equal(0);
    expect(await refusal(database.publicUrl, count)).to.equal('42501');
  });

  for (const other of ['postgres', 'template1']) {
    it(`keeps every login out of the database ${other}`, async () => {
      for (const url of [database.publicUrl, database.internalUrl, database.ownerUrl]) {
        expect(await refusal(loginUrl(url, other), 'select 1')).to.equal('42501');
      }
    });
  }

  const closed = [
    ['large objects', 'select lo_create(0)'],
    ['large objects with content', "select lo_from_bytea(0, 'x')"],
    ['temporary tables', 'create temporary table t ()'],
    ['tables', 'create table t ()'],
  ] as const;
  for (const [name, sql] of closed) {
    it(`lets neither login create ${name}`, async () => {
      expect(await refusal(database.publicUrl, sql)).to.equal('42501');
      expect(await refusal(database.internalUrl, sql)).to.equal('42501');
    });
  }

  it('changes the passwords when it runs again, and keeps the data', async () => {
    const own = await startOwnPostgres();
    const name = new URL(own.ownerUrl).pathname.slice(1);
    await ask(
      own.ownerUrl,
      "insert into accounts (email, name, role, password_hash) values ('a@b.test', 'A', 'ADMIN', '')",
    );
    const changed = await provision(own.superuserUrl, {
      database: name,
      passwords: { ...passwords, publicServer: "it's @ new:/" },
    });
    expect(await refusal(own.publicUrl, 'select 1 as answer')).to.equal('28P01');
    expect(await ask(changed.publicUrl, 'select 1 as answer')).to.equal(1);
    expect(await ask(changed.ownerUrl, 'select count(*)::int as answer from accounts')).to.equal(1);
    await own.stop();
  });
});
