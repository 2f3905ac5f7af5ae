import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { knex } from 'knex';
import { promisify } from 'node:util';
import knexfile from '../../knexfile';
import { startPostgres } from '../../embedded/postgres/start';
import { loginUrl, withClient } from '../../embedded/provision';
import { listLeads } from '../../common/leads/list';
import { migrate } from '../../migrations/run';
import { addLead } from '../support/apps/leads';
import {
  createEmptyDatabase,
  createTestDatabase,
  temporaryFolder,
} from '../support/process/postgres';

const exec = promisify(execFile);
const command = ['-r', 'ts-node/register/transpile-only', 'migrations/run.ts'];

describe('migrate', () => {
  it('does nothing the second time', async () => {
    const database = await createTestDatabase();
    expect(await migrate(database.ownerUrl)).to.deep.equal([]);
    await database.drop();
  });

  it('runs once when two start at the same time on an empty database', async () => {
    const database = await createEmptyDatabase();
    const env = { ...process.env, MIGRATION_DATABASE_URL: database.ownerUrl };
    const runs = await Promise.all([1, 2].map(() => exec(process.execPath, command, { env })));
    const said = runs.map(({ stdout }) => stdout.trim()).sort();
    expect(said[0]).to.equal('Already up to date.');
    expect(said[1]).to.match(/^Applied 001_roles, /);
    await database.drop();
  });

  it('continues after a run that was killed and left its lock', async () => {
    const database = await createTestDatabase();
    const db = knex({ ...knexfile, connection: database.ownerUrl });
    await db('knex_migrations_lock').update({ is_locked: 1 });
    expect(await migrate(database.ownerUrl)).to.deep.equal([]);
    await db.destroy();
    await database.drop();
  });

  it('applies everything again after a rollback to an empty schema', async () => {
    const database = await createTestDatabase();
    const db = knex({ ...knexfile, connection: database.ownerUrl });
    const leftOver = () =>
      db('pg_class')
        .join('pg_namespace', 'pg_namespace.oid', 'relnamespace')
        .where({ nspname: 'public' })
        .whereNot('relname', 'like', 'knex_migrations%')
        .select('relname');
    expect(await leftOver()).to.not.be.empty;
    await db.migrate.rollback(undefined, true);
    expect(await leftOver()).to.be.empty;
    expect(await migrate(database.ownerUrl)).to.have.length.above(3);
    await db.destroy();
    await database.drop();
  });

  it('makes existing leads searchable, and keeps their times', async () => {
    const database = await createTestDatabase();
    const db = knex({ ...knexfile, connection: database.ownerUrl });
    await db.migrate.down({ name: '006_search' });
    const id = await addLead(db, { first_name: 'Zoë', updated_at: '2026-01-01T00:00:00Z' });
    await migrate(database.ownerUrl);
    const lead = await db('leads').where({ id }).first<{ search_text: string; updated_at: Date }>();
    expect(lead.search_text).to.match(/^ zoe moreno \S+@example.com [0-9a-f]{8}$/);
    expect(lead.updated_at).to.deep.equal(new Date('2026-01-01T00:00:00Z'));
    await db.destroy();
    await database.drop();
  });

  it('leaves one search index on existing leads, and can be undone', async () => {
    const database = await createTestDatabase();
    const db = knex({ ...knexfile, connection: database.ownerUrl });
    const torn = async () => [
      ...(await db('pg_indexes').whereLike('indexname', '%torn').pluck<string[]>('indexname')),
      ...(await db('pg_statistic_ext').whereLike('stxname', '%torn').pluck<string[]>('stxname')),
    ];
    await db.migrate.down({ name: '010_one_search' });
    expect(await torn()).to.deep.equal(['leads_search_torn', 'leads_torn']);
    const id = await addLead(db, { first_name: 'Zoë' });
    await db.raw('analyze leads');
    expect(await migrate(database.ownerUrl)).to.deep.equal(['010_one_search']);
    expect(await torn()).to.be.empty;
    const query = { q: 'zoe', flagged: false, sort: 'state', order: 'asc', limit: 25 } as const;
    expect((await listLeads(db, query)).items.map((lead) => lead.id)).to.deep.equal([id]);
    await db.destroy();
    await database.drop();
  });

  it('lets the planner use the index on the leads of a new database', async () => {
    const database = await createTestDatabase();
    const db = knex({ ...knexfile, connection: database.ownerUrl });
    const { rows } = await db.raw<{ rows: { 'QUERY PLAN': string }[] }>(
      "explain select from leads where id = '00000000-0000-4000-8000-000000000000'",
    );
    await db.destroy();
    expect(rows[0]?.['QUERY PLAN']).to.match(/^Index (Only )?Scan using leads_pkey/);
    await database.drop();
  });

  it('prints the SQL for a superuser when the owner may not create roles', async () => {
    const folder = await temporaryFolder();
    const server = await startPostgres({ dataDir: folder, durable: false });
    await withClient(server.superuserUrl, async (client) => {
      await client.query("create role plain login password 'plain'");
      await client.query('create database plain owner plain');
    });
    const url = loginUrl(server.superuserUrl, 'plain', 'plain', 'plain');
    const failure = await migrate(url).catch((error: unknown) => error);
    await server.stop();
    await rm(folder, { recursive: true });
    expect(String(failure)).to.include('CREATE ROLE lead_public NOLOGIN;');
  });

  it('names the missing variable', async () => {
    const env = { PATH: process.env.PATH };
    const failure = await exec(process.execPath, command, { env }).catch((error: unknown) => error);
    expect(failure).to.include({ code: 1 });
    expect((failure as { stderr: string }).stderr).to.match(/^MIGRATION_DATABASE_URL is missing/);
  });
});
