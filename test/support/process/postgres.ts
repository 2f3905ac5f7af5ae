import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres } from '../../../embedded/postgres/start';
import { loginUrl, provision, withClient, type Provisioned } from '../../../embedded/provision';

/** One database, seen by each login. */
export interface DatabaseUrls extends Provisioned {
  superuserUrl: string;
}

export interface TestDatabase extends DatabaseUrls {
  drop: () => Promise<void>;
}

export interface OwnPostgres extends DatabaseUrls {
  stop(): Promise<void>;
}

const template = 'lead_template';
const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };

let own: Promise<OwnPostgres> | undefined;
let count = 0;

/**
 * The one Postgres of this run: the main process hands it to the workers of a parallel run, else
 * the first test that asks starts it.
 */
export function testPostgres(): Promise<DatabaseUrls> {
  const { TEST_POSTGRES } = process.env;
  if (TEST_POSTGRES !== undefined) return Promise.resolve(JSON.parse(TEST_POSTGRES) as OwnPostgres);
  own ??= startOwnPostgres();
  return own;
}

/** Returns the names of the databases that tests did not drop. */
export async function stopTestPostgres(): Promise<string[]> {
  if (own === undefined) return [];
  const server = await own;
  let left: string[] = [];
  await withClient(server.superuserUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like 'lead\\_test\\_%'`,
    );
    left = rows.map(({ datname }) => datname);
  });
  await server.stop();
  own = undefined;
  return left;
}

/** For tests that change what all databases of a server share, such as the logins' passwords. */
export async function startOwnPostgres(more: readonly string[] = []): Promise<OwnPostgres> {
  const folder = await temporaryFolder();
  const settings = ['max_connections=200', ...more];
  const server = await startPostgres({ dataDir: folder, durable: false, settings });
  const urls = await provision(server.superuserUrl, { database: template, passwords });
  return {
    ...urls,
    superuserUrl: server.superuserUrl,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
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
    // Privileges on a database itself are not copied from its template.
    await client.query(`revoke create, temporary on database ${nameOf(database)} from public`);
  });
  return database;
}

/** A database of its own that no migration has seen. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return clone('template0');
}

async function clone(source: string): Promise<TestDatabase> {
  const { superuserUrl, ownerUrl, publicUrl, internalUrl } = await testPostgres();
  const database = `lead_test_${++count}_${randomBytes(4).toString('hex')}`;
  const run = (sql: string) =>
    withClient(superuserUrl, async (client) => {
      await client.query(sql);
    });
  await run(`create database ${database} template ${source} owner lead_owner`);
  return {
    ownerUrl: loginUrl(ownerUrl, database),
    publicUrl: loginUrl(publicUrl, database),
    internalUrl: loginUrl(internalUrl, database),
    superuserUrl: loginUrl(superuserUrl, database),
    drop: () => run(`drop database ${database}`),
  };
}

function nameOf({ ownerUrl }: TestDatabase): string {
  return new URL(ownerUrl).pathname.slice(1);
}
