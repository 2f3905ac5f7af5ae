import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { readAdvice } from '../../../common/database/privileges/advice';
import {
  checkPrivileges,
  PrivilegesError,
  type AllowedPrivileges,
} from '../../../common/database/privileges/check';
import { internalPrivileges } from '../../../internal-server/privileges';
import { publicPrivileges } from '../../../public-server/privileges';
import { loginUrl } from '../../../embedded/provision';
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../../support/process/postgres';

describe('checkPrivileges', () => {
  let database: TestDatabase;
  let superuser: Knex;
  let name: string;

  before(async () => {
    database = await createTestDatabase();
    superuser = createDatabase(database.superuserUrl);
    name = new URL(database.ownerUrl).pathname.slice(1);
  });

  after(async () => {
    await superuser.destroy();
    await database.drop();
  });

  async function problemsOf(url: string, allowed: AllowedPrivileges): Promise<string[]> {
    const db = createDatabase(url);
    try {
      await checkPrivileges(db, allowed);
      return [];
    } catch (error) {
      if (error instanceof PrivilegesError) return error.problems;
      throw error;
    } finally {
      await db.destroy();
    }
  }

  it('accepts the logins as they are created', async () => {
    expect(await problemsOf(database.publicUrl, publicPrivileges)).to.deep.equal([]);
    expect(await problemsOf(database.internalUrl, internalPrivileges)).to.deep.equal([]);
  });

  it('asks for npm run migrate when the database has no tables', async () => {
    const empty = await createEmptyDatabase();
    const problems = await problemsOf(empty.ownerUrl, publicPrivileges);
    expect(problems).to.deep.equal(['The database has no tables yet: run npm run migrate']);
    await empty.drop();
  });

  it('names what is missing', async () => {
    await superuser.raw(`create role probe login password 'probe'`);
    const problems = await problemsOf(probeUrl(), publicPrivileges);
    await superuser.raw('drop role probe');
    expect(problems).to.have.length(1);
    expect(problems[0]).to.include('GRANT lead_public TO probe;');
  });

  const probeUrl = () => loginUrl(database.superuserUrl, name, 'probe', 'probe');

  for (const [excess, undo, expected] of [
    [
      'grant select (email) on leads to probe',
      'revoke select (email) on leads from probe',
      'probe may SELECT (email) ON TABLE leads: REVOKE SELECT (email) ON TABLE leads FROM probe;',
    ],
    [
      'grant insert on leads to lead_public',
      `revoke insert on leads from lead_public;
       grant insert (id, first_name, last_name, email, flagged_reason, resume_key, resume_filename,
         resume_type, resume_bytes, resume_sha256) on leads to lead_public`,
      'lead_public may INSERT ON TABLE leads: REVOKE INSERT ON TABLE leads FROM lead_public;',
    ],
    [
      'grant insert (created_at) on leads to probe',
      'revoke insert (created_at) on leads from probe',
      'probe may INSERT (created_at) ON TABLE leads: REVOKE INSERT (created_at) ON TABLE leads FROM probe;',
    ],
    [
      'grant select on outbox to public',
      'revoke select on outbox from public',
      'everybody may SELECT ON TABLE outbox: REVOKE SELECT ON TABLE outbox FROM public;',
    ],
    [
      'grant truncate on notes to probe',
      'revoke truncate on notes from probe',
      'probe may TRUNCATE ON TABLE notes: REVOKE TRUNCATE ON TABLE notes FROM probe;',
    ],
    [
      'grant lead_internal to probe',
      'revoke lead_internal from probe',
      'probe is a member of lead_internal: REVOKE lead_internal FROM probe;',
    ],
    [
      'grant pg_read_all_data to lead_public',
      'revoke pg_read_all_data from lead_public',
      'lead_public is a member of pg_read_all_data: REVOKE pg_read_all_data FROM lead_public;',
    ],
    [
      'alter role probe createdb',
      'alter role probe nocreatedb',
      'probe is CREATEDB: ALTER ROLE probe NOCREATEDB;',
    ],
    [
      'alter role probe superuser',
      'alter role probe nosuperuser',
      'probe is SUPERUSER: ALTER ROLE probe NOSUPERUSER;',
    ],
    [
      'create table mine (id int); alter table mine owner to probe',
      'drop table mine',
      'probe owns table mine: ALTER table mine OWNER TO the owner of the migrations;',
    ],
    [
      'grant create on schema public to probe',
      'revoke create on schema public from probe',
      'probe may CREATE ON SCHEMA public: REVOKE CREATE ON SCHEMA public FROM probe;',
    ],
    [
      'create function ours() returns int language sql as $$ select 1 $$',
      'drop function ours',
      'everybody may EXECUTE ON FUNCTION ours(): REVOKE EXECUTE ON FUNCTION ours() FROM public;',
    ],
    [
      'create sequence ours; grant usage on sequence ours to probe',
      'drop sequence ours',
      'probe may USAGE ON TABLE ours: REVOKE USAGE ON TABLE ours FROM probe;',
    ],
  ] as const) {
    it(`names the excess: ${excess}`, async () => {
      await superuser.raw(`create role probe login password 'probe' in role lead_public`);
      try {
        await superuser.raw(excess);
        expect(await problemsOf(probeUrl(), publicPrivileges)).to.deep.equal([expected]);
        await superuser.raw(undo);
        expect(await problemsOf(probeUrl(), publicPrivileges)).to.deep.equal([]);
      } finally {
        await superuser.raw('drop role probe');
      }
    });
  }

  it('names a privilege that every login has', async () => {
    await superuser.raw(`grant temporary on database ${name} to public`);
    expect(await problemsOf(database.publicUrl, publicPrivileges)).to.deep.equal([
      `everybody may TEMPORARY ON DATABASE ${name}: REVOKE TEMPORARY ON DATABASE ${name} FROM public;`,
    ]);
    await superuser.raw(`revoke temporary on database ${name} from public`);
  });

  it('refuses an internal login that may rewrite the audit', async () => {
    await superuser.raw('grant update on audit_events to lead_internal');
    expect(await problemsOf(database.internalUrl, internalPrivileges)).to.deep.equal([
      'lead_internal may UPDATE ON TABLE audit_events: REVOKE UPDATE ON TABLE audit_events FROM lead_internal;',
    ]);
    await superuser.raw('revoke update on audit_events from lead_internal');
  });

  it('refuses the owner on both servers', async () => {
    for (const allowed of [publicPrivileges, internalPrivileges]) {
      const problems = await problemsOf(database.ownerUrl, allowed);
      expect(problems.some((line) => line.startsWith('lead_owner owns table leads: '))).to.be.true;
    }
  });

  for (const group of ['lead_public', 'lead_internal'] as const) {
    it(`advises the limits that logins.sql sets on a member of ${group}, until they are set`, async () => {
      await superuser.raw(`create role probe login password 'probe' in role ${group}`);
      const adviceFor = async () => {
        const db = createDatabase(probeUrl());
        const advice = await readAdvice(db, group);
        await db.destroy();
        return advice;
      };
      const limitsOf = (role: string) =>
        superuser('pg_roles').where({ rolname: role }).first('rolconnlimit', 'rolconfig');
      try {
        const advice = await adviceFor();
        expect(advice).to.have.length(3);
        expect(advice[0]).to.equal('ALTER ROLE probe CONNECTION LIMIT 25;');
        for (const statement of advice) await superuser.raw(statement);
        expect(await adviceFor()).to.deep.equal([]);
        const login = group.replace(/lead_(.+)/, '$1_server');
        expect(await limitsOf('probe')).to.deep.equal(await limitsOf(login));
      } finally {
        await superuser.raw('drop role probe');
      }
    });
  }
});
