import { expect } from 'chai';
import type { AllowedPrivileges } from '../../../../common/database/privileges/check';
import { internalPrivileges } from '../../../../internal-server/privileges';
import { publicPrivileges } from '../../../../public-server/privileges';
import { loginUrl, provision, withClient, type Provisioned } from '../../../../embedded/provision';
import { describeOnEachPostgres } from '../../../support/process/each-postgres';
import { adviceFor, problemsOf, runAsPrinted } from '../../../support/process/login-check';
import { excesses } from './excesses';

const database = 'lead_intake';
const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };

/** Drops what the excesses create in the schema public. */
const dropMade = `do $$ declare made record; begin
  for made in select format('%s %s', type, identity) as object from (
    select 'pg_class'::regclass as class, oid from pg_class where relname in ('odd Table', 'seen',
      'kept', 'mine') or relname = 'counted' and relkind = 'S'
    union all select 'pg_proc', oid from pg_proc where proname in ('made', 'done', 'summed', 'counted')
  ) found, pg_identify_object(class, oid, 0)
  loop execute 'drop ' || replace(made.object, 'aggregate public.counted()', 'aggregate counted(*)');
  end loop;
end $$`;

describeOnEachPostgres('checkPrivileges', (postgres) => {
  let urls: Provisioned;
  let superuserUrl: string;
  let myUrl: string;

  before(async () => {
    urls = await provision(postgres.superuserUrl, { database, passwords });
    superuserUrl = loginUrl(postgres.superuserUrl, database);
    myUrl = loginUrl(superuserUrl, database, encodeURIComponent('my-Role'), 'mine');
  });

  const sql = (statement: string) =>
    withClient(superuserUrl, async (client) => {
      await client.query(statement);
    });

  /** With a login of that name, which is gone afterwards with all that it owns. */
  async function withMyRole(options: string, work: () => Promise<void>): Promise<void> {
    await sql(`create role "my-Role" login password 'mine' ${options}`);
    await sql(`grant connect on database ${database} to "my-Role"`);
    await sql('create database "odd-db"');
    try {
      await work();
    } finally {
      await sql('drop database "odd-db"');
      await sql(dropMade);
      await sql(`drop foreign data wrapper if exists far cascade;
        drop schema if exists "odd Schema", theirs cascade;
        reassign owned by "my-Role" to lead_owner; drop owned by "my-Role" cascade;
        drop role if exists "a boss"; drop role "my-Role"`);
    }
  }

  it('accepts the logins as they are created', async () => {
    expect(await problemsOf(urls.publicUrl, publicPrivileges)).to.deep.equal([]);
    expect(await problemsOf(urls.internalUrl, internalPrivileges)).to.deep.equal([]);
  });

  for (const [done, ...statements] of excesses) {
    it(`prints what undoes: ${done}`, () =>
      withMyRole('in role lead_public', async () => {
        await sql(done);
        await expectMended(publicPrivileges, ...statements);
      }));
  }

  /** Of what is printed, each statement is run, and then nothing is printed any more. */
  async function expectMended(allowed: AllowedPrivileges, ...statements: string[]): Promise<void> {
    const problems = await problemsOf(myUrl, allowed);
    expect(problems.map(({ statement }) => statement)).to.deep.equal(statements);
    await runAsPrinted(superuserUrl, statements);
    expect(await problemsOf(myUrl, allowed)).to.deep.equal([]);
  }

  for (const [done, allowed, ...statements] of [
    [
      'revoke insert (email, id) on leads from lead_public',
      publicPrivileges,
      'GRANT INSERT (id, email) ON TABLE public.leads TO lead_public;',
    ],
    [
      'revoke usage on schema public from public, lead_public',
      publicPrivileges,
      'GRANT USAGE ON SCHEMA public TO lead_public;',
    ],
    [
      'revoke select on notes, sweeps from lead_internal',
      internalPrivileges,
      'GRANT SELECT ON TABLE public.notes TO lead_internal;',
      'GRANT SELECT ON TABLE public.sweeps TO lead_internal;',
    ],
    [
      'revoke execute on function lead_search_pattern from lead_internal',
      internalPrivileges,
      'GRANT EXECUTE ON FUNCTION public.lead_search_pattern(text) TO lead_internal;',
    ],
  ] as [string, AllowedPrivileges, ...string[]][]) {
    it(`prints what undoes: ${done}`, () =>
      withMyRole(`in role ${allowed.group}`, async () => {
        await sql(done);
        await expectMended(allowed, ...statements);
      }));
  }

  it('prints what undoes a membership that somebody else granted', () =>
    withMyRole('in role lead_public', async () => {
      await sql('create role "a boss"; grant lead_internal to "a boss" with admin option');
      await sql('set role "a boss"; grant lead_internal to "my-Role"; reset role');
      const problems = await problemsOf(myUrl, publicPrivileges);
      await expectMended(publicPrivileges, ...problems.map(({ statement = '' }) => statement));
    }));

  it('prints what makes a login a member of its group', () =>
    withMyRole('', () => expectMended(publicPrivileges, 'GRANT lead_public TO "my-Role";')));

  it('prints what lets a member use the privileges of its group', () =>
    withMyRole('noinherit in role lead_public', async () => {
      const [{ statement = '' } = {}, ...others] = await problemsOf(myUrl, publicPrivileges);
      expect(others).to.deep.equal([]);
      await expectMended(publicPrivileges, statement);
      await withClient(myUrl, async (client) => {
        const { rows } = await client.query("select pg_has_role('lead_public', 'USAGE') as may");
        expect(rows).to.deep.equal([{ may: true }]);
      });
    }));

  it('prints all that is wrong at once', () =>
    withMyRole('createdb in role lead_internal', async () => {
      await sql('grant select on leads to public; revoke insert (email) on leads from lead_public');
      await expectMended(
        publicPrivileges,
        'ALTER ROLE "my-Role" NOCREATEDB;',
        'REVOKE SELECT ON TABLE public.leads FROM PUBLIC;',
        'REVOKE lead_internal FROM "my-Role";',
        'GRANT lead_public TO "my-Role";',
        'GRANT INSERT (email) ON TABLE public.leads TO lead_public;',
      );
    }));

  it('prints what brings back a group that is gone', () =>
    withMyRole('', async () => {
      await sql('drop owned by lead_internal; drop role lead_internal');
      const [first, ...others] = (await problemsOf(myUrl, internalPrivileges)).map(
        ({ statement = '' }) => statement,
      );
      expect(first).to.equal(
        'CREATE ROLE lead_internal NOLOGIN; GRANT lead_internal TO "my-Role";',
      );
      await expectMended(internalPrivileges, first!, ...others);
      await sql('grant lead_internal to internal_server');
      await sql(`grant connect on database ${database} to lead_internal`);
    }));

  for (const harmless of [
    `alter table leads add column extra text; grant select (extra) on leads to "my-Role", public;
     alter table leads drop column extra`,
    'create schema extensions; grant usage on schema extensions to public',
    `create schema extensions; create table extensions.theirs ();
     grant select on extensions.theirs to public`,
    `create schema extensions; create function extensions.made() returns int language sql
       security definer as $$ select 1 $$`,
    `create schema extensions; grant usage on schema extensions to public;
     create function extensions.made() returns int language sql as $$ select 1 $$`,
    `create schema extensions; grant usage on schema extensions to public;
     create extension pg_stat_statements schema extensions`,
    'create extension pg_stat_statements',
  ]) {
    it(`accepts: ${harmless}`, () =>
      withMyRole('in role lead_public', async () => {
        try {
          await sql(harmless);
          expect(await problemsOf(myUrl, publicPrivileges)).to.deep.equal([]);
        } finally {
          await sql(`drop extension if exists pg_stat_statements;
            drop schema if exists extensions cascade`);
        }
      }));
  }

  it('says in words what no statement can correct', async () => {
    const end = "set DATABASE_URL to a login of this server's own";
    for (const [url, words] of [
      [superuserUrl, `postgres is SUPERUSER and has to stay it: ${end}`],
      [
        urls.ownerUrl,
        `lead_owner owns table public.leads, as whoever runs the migrations does: ${end}`,
      ],
    ] as const) {
      for (const allowed of [publicPrivileges, internalPrivileges]) {
        expect(await problemsOf(url, allowed)).to.deep.equal([{ words }]);
      }
    }
  });

  it('asks for npm run migrate when the database has no tables, or not all', async () => {
    const run = 'yet: run npm run migrate';
    const nothing = await problemsOf(postgres.superuserUrl, publicPrivileges);
    expect(nothing).to.deep.equal([
      { words: 'The database has no tables yet: run npm run migrate' },
    ]);
    for (const [done, what, undone] of [
      ['rename to later', 'table public.sweeps', 'alter table later rename to sweeps'],
    ] as const) {
      await sql(`alter table sweeps ${done}`);
      const problems = await problemsOf(urls.internalUrl, internalPrivileges);
      await sql(undone);
      expect(problems.at(-1)).to.deep.equal({ words: `The database has no ${what} ${run}` });
    }
  });

  for (const group of ['lead_public', 'lead_internal'] as const) {
    it(`advises the limits that logins.sql sets on a member of ${group}, until they are set`, () =>
      withMyRole(`in role ${group}`, async () => {
        await sql(`grant execute on function lo_create(oid) to public, ${group}`);
        await sql('grant execute on function pg_advisory_lock(bigint) to public');
        const advice = await adviceFor(myUrl, group);
        expect(advice).to.deep.equal([
          'ALTER ROLE "my-Role" CONNECTION LIMIT 25;',
          `ALTER ROLE "my-Role" SET statement_timeout = '${group === 'lead_public' ? 5 : 60}s';`,
          `ALTER ROLE "my-Role" SET idle_in_transaction_session_timeout = '10s';`,
          ...(group === 'lead_public'
            ? [`ALTER ROLE "my-Role" SET temp_file_limit = '10MB';`]
            : []),
          'GRANT EXECUTE ON FUNCTION lo_create(oid), pg_advisory_lock(bigint) TO lead_owner; ' +
            'GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO lead_internal; ' +
            'REVOKE EXECUTE ON FUNCTION lo_create(oid), pg_advisory_lock(bigint) FROM PUBLIC;',
          `REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM ${group};`,
        ]);
        await runAsPrinted(superuserUrl, advice);
        expect(await adviceFor(myUrl, group)).to.deep.equal([]);
        const settings = `select rolconnlimit, rolconfig from pg_roles where rolname = $1`;
        await withClient(superuserUrl, async (client) => {
          const limitsOf = async (role: string) =>
            (await client.query<object>(settings, [role])).rows;
          const login = group.replace(/lead_(.+)/, '$1_server');
          expect(await limitsOf('my-Role')).to.deep.equal(await limitsOf(login));
        });
      }));
  }
});
