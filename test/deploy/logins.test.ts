import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { loginUrl, withClient } from '../../embedded/provision';
import { internalPrivileges } from '../../internal-server/privileges';
import { migrate } from '../../migrations/run';
import { publicPrivileges } from '../../public-server/privileges';
import { needsDebianPostgres } from '../support/process/debian-postgres';
import { describeOnEachPostgres } from '../support/process/each-postgres';
import { adviceFor, problemsOf, runAsPrinted } from '../support/process/login-check';
import { rejection } from '../support/rejection';

const root = path.join(__dirname, '../..');
const passwords = {
  OWNER_PASSWORD: `o w\\ner's "é$:x`,
  PUBLIC_PASSWORD: 'public-secret',
  INTERNAL_PASSWORD: 'internal-secret',
};
const loginsSql = () => readFile(path.join(root, 'common/database/privileges/logins.sql'), 'utf8');

const guard = 'CREATE SCHEMA IF NOT EXISTS login_guard; …';
const forSuperuser = [
  "ALTER ROLE public_server SET temp_file_limit = '10MB';",
  guard,
  'GRANT EXECUTE ON FUNCTION … TO lead_owner; GRANT EXECUTE ON FUNCTION … TO lead_internal; ' +
    'REVOKE EXECUTE ON FUNCTION … FROM PUBLIC;',
  'GRANT USAGE ON LANGUAGE plpgsql TO lead_owner; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;',
  'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;',
  'REVOKE CONNECT ON DATABASE template1 FROM PUBLIC;',
];
const reserved = 'GRANT pg_use_reserved_connections TO lead_owner, lead_internal;';
const named = (text: string) =>
  [...text.matchAll(/may run: (.+;)$/gm)].map(([, sql]) => sql!).sort();
/** Without the names of functions, and what only Postgres 16 and later have. */
const inShort = (statements: string[]) =>
  statements
    .map((sql) => (sql.startsWith('CREATE SCHEMA') ? guard : sql))
    .map((sql) => sql.replace(/(?<=ON FUNCTION )\S+\(.+?\)(?= (?:TO|FROM) )/g, '…'))
    .filter((sql) => sql !== reserved)
    .sort();

/** As the documentation shows it. Returns what psql prints. */
async function byPsql(url: string, env: Record<string, string> = passwords): Promise<string> {
  const { PATH = '' } = process.env;
  const file = path.join(root, 'deploy/logins.sql');
  const options = { env: { PATH: `/usr/lib/postgresql/15/bin:${PATH}`, ...env } };
  const { stdout, stderr } = await promisify(execFile)('psql', ['-X', '-f', file, url], options);
  return stdout + stderr;
}

/** As embedded mode runs it. */
async function byPg(url: string): Promise<string> {
  let printed = '';
  await withClient(url, async (client) => {
    client.on('notice', ({ message }) => (printed += `${message}\n`));
    const { OWNER_PASSWORD, PUBLIC_PASSWORD, INTERNAL_PASSWORD } = passwords;
    await client.query(
      `select set_config('lead_intake.owner_password', $1, false),
        set_config('lead_intake.public_password', $2, false),
        set_config('lead_intake.internal_password', $3, false)`,
      [OWNER_PASSWORD, PUBLIC_PASSWORD, INTERNAL_PASSWORD],
    );
    await client.query(await loginsSql());
  });
  return printed;
}

describeOnEachPostgres("the logins' SQL by an administrator who is no superuser", (postgres) => {
  needsDebianPostgres(); // which brings psql

  const url = (user?: string, password?: string) =>
    loginUrl(postgres.superuserUrl, 'lead_intake', user, password);
  const superuser = (...statements: string[]) => runAsPrinted(postgres.superuserUrl, statements);
  const admin = async (database: string, ...statements: string[]) =>
    runAsPrinted(loginUrl(postgres.superuserUrl, database, 'admin', 'admin'), statements);
  const adminUrl = () => url('admin', 'admin');
  const ownerUrl = () => url('lead_owner', passwords.OWNER_PASSWORD);

  beforeEach(async () => {
    await superuser("create role admin login createrole createdb password 'admin'");
    await admin('postgres', 'create database lead_intake');
  });

  afterEach(async () => {
    await superuser(
      'drop database lead_intake',
      'drop role if exists public_server, internal_server',
      'drop role if exists lead_public, lead_internal, lead_owner',
      'drop role admin',
      'grant connect on database postgres, template1 to public',
      'alter system reset all',
      'select pg_reload_conf()',
    );
  });

  async function expectToWork(): Promise<void> {
    await migrate(ownerUrl());
    for (const [login, password, allowed] of [
      ['public_server', passwords.PUBLIC_PASSWORD, publicPrivileges],
      ['internal_server', passwords.INTERNAL_PASSWORD, internalPrivileges],
    ] as const) {
      expect(await problemsOf(url(login, password), allowed)).to.deep.equal([]);
      const advice = inShort(await adviceFor(url(login, password), allowed.group));
      const open = forSuperuser.filter((sql) => /EXECUTE|LANGUAGE/.test(sql));
      expect(advice.filter((sql) => !sql.includes('temp_file_limit'))).to.deep.equal(open);
    }
  }

  for (const [way, run] of [
    ['psql', byPsql],
    ['embedded mode', byPg],
  ] as const) {
    it(`runs through by ${way}, and again, and names what is left to a superuser`, async () => {
      expect(inShort(named(await run(adminUrl())))).to.deep.equal(forSuperuser);
      expect(inShort(named(await run(adminUrl())))).to.deep.equal(forSuperuser);
      await expectToWork();
      await runAsPrinted(url(), named(await run(adminUrl())));
      expect(await run(adminUrl())).to.equal('');
      for (const file of ["lo_import('/etc/hostname')", "lo_export(1, '/tmp/mine')"]) {
        const asOwner = rejection(runAsPrinted(ownerUrl(), [`select ${file}`]));
        expect((await asOwner).message).to.include('permission denied');
      }
    });
  }

  for (const half of [
    ['create role lead_owner'],
    ['create role lead_owner', 'create role public_server login', 'create role lead_public'],
    [
      'create role lead_owner',
      'grant lead_owner to admin',
      'alter database lead_intake owner to lead_owner',
    ],
    ['create role lead_public', 'create role public_server', 'grant lead_public to public_server'],
  ]) {
    it(`runs through after: ${half.join('; ')}`, async () => {
      await admin('lead_intake', ...half);
      expect(inShort(named(await byPsql(adminUrl())))).to.deep.equal(forSuperuser);
      await expectToWork();
    });
  }

  it('runs through after the first of its two parts', async () => {
    const [first] = (await loginsSql()).split(/(?<=^end \$\$;\n)/m);
    await withClient(adminUrl(), async (client) => {
      for (const part of ['owner', 'public', 'internal']) {
        await client.query(`set lead_intake.${part}_password = 'before'`);
      }
      await client.query(first!);
    });
    expect(inShort(named(await byPsql(adminUrl())))).to.deep.equal(forSuperuser);
    await expectToWork();
  });

  it('names the schema of a database whose schema public somebody else owns', async () => {
    await runAsPrinted(url(), [
      'alter schema public owner to postgres',
      'revoke all on schema public from pg_database_owner, public',
    ]);
    const statements = named(await byPsql(adminUrl()));
    const grant = 'GRANT USAGE, CREATE ON SCHEMA public TO lead_owner;';
    expect(inShort(statements)).to.deep.equal([grant, ...forSuperuser].sort());
    await runAsPrinted(url(), [
      grant,
      'grant usage on schema public to lead_public, lead_internal',
    ]);
    await expectToWork();
  });

  it('keeps the passwords out of the log of a server that logs every statement', async () => {
    await superuser(
      "alter system set log_statement = 'all'",
      'alter system set log_min_duration_statement = 0',
      "alter system set log_error_verbosity = 'verbose'",
      'select pg_reload_conf()',
    );
    await byPsql(adminUrl());
    await superuser('alter role lead_owner superuser'); // which the administrator may not change
    const { message } = await rejection(byPsql(adminUrl()));
    await superuser('alter role lead_owner nosuperuser');
    expect(message).to.include('ERROR');
    const log = await readFile(postgres.log, 'utf8');
    expect(log)
      .to.match(/statement: do \$\$/)
      .and.include('ERROR');
    for (const text of [log, message]) {
      expect(text).to.not.match(/ner'+s|public-secret|internal-secret/);
    }
  });

  it('works with options that the connection had', async () => {
    const PGOPTIONS = "-c work_mem=5MB -c lead_intake.note=it's\\ kept";
    await byPsql(adminUrl(), { ...passwords, PGOPTIONS });
    await expectToWork();
  });

  it('creates nothing without a password', async () => {
    const { message } = await rejection(byPsql(adminUrl(), { ...passwords, PUBLIC_PASSWORD: '' }));
    expect(message).to.include('The password of public_server is missing.');
    const client = new Client(adminUrl());
    await client.connect();
    const { rows } = await client.query("select from pg_roles where rolname = 'lead_owner'");
    await client.end();
    expect(rows).to.be.empty;
  });

  it('says what an administrator needs for a role of somebody else', async () => {
    await superuser('create role lead_owner');
    const printed = await byPsql(adminUrl()).catch((error: unknown) => String(error));
    const [, statement] = /(GRANT lead_owner TO admin WITH ADMIN OPTION;)/.exec(printed) ?? [];
    if (statement) {
      await superuser(statement);
      await byPsql(adminUrl());
    }
    await expectToWork(); // before version 16, CREATEROLE is enough
  });
});
