import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Client } from 'pg';
import { hashPassword } from '../../../common/accounts/passwords';
import { startPostgres } from '../../../embedded/postgres/start';
import { provision, withClient } from '../../../embedded/provision';
import { creator, keeper, startGcsServer } from '../../support/gcs/server';
import { temporaryFolder } from '../../support/process/postgres';
import { addresses } from './network';

const postgresPort = 5432;
const storagePort = 9000;

export interface DataZone {
  publicUrl: string;
  internalUrl: string;
  publicStorage: Record<string, string>;
  internalStorage: Record<string, string>;
}

/** Runs the stores in the data zone, on the link to each server, until its input closes. */
async function main(): Promise<void> {
  const folder = await temporaryFolder();
  const settings = ['max_locks_per_transaction=10']; // so that a few thousand would be too many
  const postgres = await startPostgres({ dataDir: folder, durable: false, settings });
  const urls = await provision(postgres.superuserUrl, {
    database: 'lead_intake',
    passwords: { owner: 'owner-secret', publicServer: 'public', internalServer: 'internal-secret' },
  });
  await withClient(urls.ownerUrl, addSomethingToRead);
  for (const { stores } of Object.values(addresses)) relay(stores, postgresPort, postgres.port);
  const gcs = startGcsServer();
  const storageFor = async (host: string, permissions: readonly string[]) => {
    relay(host, storagePort, Number(new URL(await gcs.identity(permissions)).port));
    return {
      RESUME_STORE: 'gcs',
      GCS_BUCKET: gcs.bucket,
      GCS_PROJECT_ID: 'firm',
      GCS_API_ENDPOINT: `http://${host}:${storagePort}`,
    };
  };

  const from = (url: string, host: string) => {
    const seen = new URL(url);
    seen.host = `${host}:${postgresPort}`;
    return seen.href;
  };
  const zone: DataZone = {
    publicUrl: from(urls.publicUrl, addresses.public.stores),
    internalUrl: from(urls.internalUrl, addresses.internal.stores),
    publicStorage: await storageFor(addresses.public.stores, creator),
    internalStorage: await storageFor(addresses.internal.stores, keeper),
  };
  console.log(JSON.stringify(zone));

  process.stdin.resume().once('end', () => {
    void postgres.stop().then(() => {
      rmSync(folder, { recursive: true });
      process.exit(0);
    });
  });
}

async function addSomethingToRead(client: Client): Promise<void> {
  const [email = '', password = ''] = (process.env.CREDENTIALS ?? '').split(':');
  const account =
    "insert into accounts (email, name, role, password_hash) values ($1, 'Ann', 'ADMIN', $2)";
  await client.query(account, [email, await hashPassword(password, 10)]);
  await client.query(`
    insert into leads (id, first_name, last_name, email, resume_key, resume_filename, resume_type,
      resume_bytes, resume_sha256)
      values (gen_random_uuid(), 'Carla', 'Moreno', 'carla@example.com',
        'resumes/' || gen_random_uuid(), 'cv.pdf',
        'pdf', 1, repeat('0', 64));
    analyze`);
}

function relay(host: string, from: number, to: number): void {
  createServer((socket) => {
    const inner = connect(to, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    socket.on('error', () => inner.destroy());
    inner.on('error', () => socket.destroy());
  }).listen(from, host);
}

void main();
