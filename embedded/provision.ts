import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { readConnectionString } from '../common/database/connection-string';
import { migrate } from '../migrations/run';

type Passwords = Record<'owner' | 'publicServer' | 'internalServer', string>;

/** The URL of the database for each login. */
export type Provisioned = Record<'ownerUrl' | 'publicUrl' | 'internalUrl', string>;

const loginsFile = path.join(__dirname, '../common/database/privileges/logins.sql');

/** Creates the database, its owner and the login of each server, or brings them up to date. */
export async function provision(
  superuserUrl: string,
  { database, passwords }: { database: string; passwords: Passwords },
): Promise<Provisioned> {
  const urls = {
    ownerUrl: loginUrl(superuserUrl, database, 'lead_owner', passwords.owner),
    publicUrl: loginUrl(superuserUrl, database, 'public_server', passwords.publicServer),
    internalUrl: loginUrl(superuserUrl, database, 'internal_server', passwords.internalServer),
  };
  await withClient(superuserUrl, (client) => ensureDatabase(client, database));
  await withClient(loginUrl(superuserUrl, database), (client) => ensureLogins(client, passwords));
  await migrate(urls.ownerUrl);
  return urls;
}

/** The URL of another database of the same server, for the same login or another one. */
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
  const client = new Client(readConnectionString(url));
  client.on('error', () => undefined); // the statement that meets it fails, too
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function ensureDatabase(client: Client, database: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount !== 0) return;
  await client.query(`create database ${client.escapeIdentifier(database)}`);
}

/** Passwords travel as bind parameters: others can see the text of a statement. */
async function ensureLogins(client: Client, passwords: Passwords): Promise<void> {
  const { owner, publicServer, internalServer } = passwords;
  await client.query('set log_parameter_max_length = 0'); // they stay out of the log
  await client.query(
    `select set_config('lead_intake.owner_password', $1, false),
      set_config('lead_intake.public_password', $2, false),
      set_config('lead_intake.internal_password', $3, false)`,
    [owner, publicServer, internalServer],
  );
  await client.query(await readFile(loginsFile, 'utf8'));
}
