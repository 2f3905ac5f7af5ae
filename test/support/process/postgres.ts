import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '../../../embedded/postgres/postgres';
import { loginUrl, provision, withClient, type Provisioned } from '../../../embedded/provision';

export interface TestDatabase extends Provisioned {
  superuserUrl: string;
  drop: () => Promise<void>;
}

const template = 'lead_template';
const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };

let folder: string | undefined;
let server: Promise<EmbeddedPostgres> | undefined;
let migrated: Promise<Provisioned> | undefined;
let count = 0;

/** The one Postgres of this run, started when the first test asks for it. */
export function testPostgres(): Promise<EmbeddedPostgres> {
  server ??= start();
  return server;
}

async function start(): Promise<EmbeddedPostgres> {
  folder = await temporaryFolder();
  return startPostgres({ dataDir: folder, durable: false });
}

export async function stopTestPostgres(): Promise<void> {
  await (await server)?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
  server = undefined;
  folder = undefined;
  migrated = undefined;
}

/** A private folder that a server of another user can still pass through. */
export async function temporaryFolder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'lead-intake-'));
  await chmod(made, 0o711);
  return made;
}

/** A migrated database of its own; dropping it fails while anything is still connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await clone(template);
  await withClient(database.superuserUrl, async (client) => {
    // Rights on a database itself are not copied from its template.
    await client.query(`revoke create, temporary on database ${nameOf(database)} from public`);
  });
  return database;
}

/** A database of its own that no migration has seen. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return clone('template0');
}

async function clone(source: string): Promise<TestDatabase> {
  const { superuserUrl } = await testPostgres();
  migrated ??= provision(superuserUrl, { database: template, passwords });
  const urls = await migrated;
  const database = `lead_test_${++count}_${randomBytes(4).toString('hex')}`;
  const run = (sql: string) =>
    withClient(superuserUrl, async (client) => {
      await client.query(sql);
    });
  await run(`create database ${database} template ${source} owner lead_owner`);
  return {
    ownerUrl: loginUrl(urls.ownerUrl, database),
    publicUrl: loginUrl(urls.publicUrl, database),
    internalUrl: loginUrl(urls.internalUrl, database),
    superuserUrl: loginUrl(superuserUrl, database),
    drop: () => run(`drop database ${database}`),
  };
}

function nameOf({ ownerUrl }: TestDatabase): string {
  return new URL(ownerUrl).pathname.slice(1);
}
