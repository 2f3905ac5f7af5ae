import { Client } from 'pg';
import { migrate } from '../migrations/run';

export interface Passwords {
  owner: string;
  publicServer: string;
  internalServer: string;
}

export interface ProvisionOptions {
  database: string;
  passwords: Passwords;
}

export interface Provisioned {
  ownerUrl: string;
  publicUrl: string;
  internalUrl: string;
}

/** Makes or brings up to date the database, its owner and the login of each server. */
export async function provision(
  superuserUrl: string,
  options: ProvisionOptions,
): Promise<Provisioned> {
  const { database, passwords } = options;
  const urls = {
    ownerUrl: loginUrl(superuserUrl, database, 'lead_owner', passwords.owner),
    publicUrl: loginUrl(superuserUrl, database, 'public_server', passwords.publicServer),
    internalUrl: loginUrl(superuserUrl, database, 'internal_server', passwords.internalServer),
  };
  await withClient(superuserUrl, async (client) => {
    await ensureLogin(client, 'lead_owner', passwords.owner, 'createrole');
    await ensureDatabase(client, database);
    await client.query('revoke connect on database postgres, template1 from public');
  });
  await withClient(loginUrl(superuserUrl, database), closeLargeObjects);
  await migrate(urls.ownerUrl);
  await withClient(superuserUrl, async (client) => {
    await ensureLogin(client, 'public_server', passwords.publicServer);
    await ensureLogin(client, 'internal_server', passwords.internalServer);
    await client.query(
      'grant lead_public to public_server; grant lead_internal to internal_server',
    );
    await limitLogin(client, 'public_server', '5s');
    await limitLogin(client, 'internal_server', '60s');
  });
  return urls;
}

/** The same server seen by another login, or by the same one in another database. */
export function loginUrl(url: string, database: string, user?: string, password?: string): string {
  const login = new URL(url);
  login.pathname = `/${database}`;
  if (user !== undefined) login.username = user;
  if (password !== undefined) login.password = encodeURIComponent(password);
  return login.href;
}

export async function withClient(
  url: string,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function ensureLogin(
  client: Client,
  role: string,
  password: string,
  attributes = '',
): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await client.query(`create role ${role}`);
  const quoted = client.escapeLiteral(password);
  await client.query(`alter role ${role} login ${attributes} password ${quoted}`);
}

/** On the login, because a group role passes no settings on to its members. */
async function limitLogin(client: Client, role: string, statementTimeout: string): Promise<void> {
  await client.query(`alter role ${role} connection limit 50;
    alter role ${role} set statement_timeout = '${statementTimeout}';
    alter role ${role} set idle_in_transaction_session_timeout = '10s'`);
}

async function ensureDatabase(client: Client, database: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount !== 0) return;
  await client.query(`create database ${client.escapeIdentifier(database)} owner lead_owner`);
}

/** Every login may make large objects unless a superuser takes that away; the owner cannot. */
async function closeLargeObjects(client: Client): Promise<void> {
  await client.query(`revoke execute on function lo_create(oid), lo_creat(integer),
    lo_from_bytea(oid, bytea) from public`);
}
