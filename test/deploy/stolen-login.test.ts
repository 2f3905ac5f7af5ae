import { expect } from 'chai';
import { Client } from 'pg';
import { migrate } from '../../migrations/run';
import { publicPrivileges } from '../../public-server/privileges';
import { runDocumented } from '../servers/backup/commands';
import { needsDebianPostgres, startDebianPostgres } from '../support/process/debian-postgres';
import { adviceFor, problemsOf } from '../support/process/login-check';
import { rejection } from '../support/rejection';

const passwords = { OWNER_PASSWORD: 'owner', PUBLIC_PASSWORD: 'old', INTERNAL_PASSWORD: 'inner' };

describe('a stolen login, as docs/operations.md evicts it', () => {
  needsDebianPostgres();

  it('loses its sessions, its settings and its password, and is opened again with its limits', async () => {
    const cluster = await startDebianPostgres();
    const env = { ...cluster.env, ...passwords, PGDATABASE: 'postgres' };
    const publicUrl = (password: string) => cluster.url('public_server', password, 'lead_intake');
    try {
      await createDatabase(cluster.url('postgres', cluster.env.PGPASSWORD ?? '', 'postgres'));
      await runDocumented('reopen', env);
      await migrate(cluster.url('lead_owner', 'owner', 'lead_intake'));

      const thief = new Client(publicUrl('old'));
      await thief.connect();
      await thief.query("alter role public_server password 'mine'");
      await thief.query('alter role public_server set statement_timeout = 0');
      await thief.query('set statement_timeout = 0');
      const ended = new Promise<Error>((resolve) => thief.on('error', resolve));
      const endless = rejection(
        thief.query('select count(*) from pg_class a, pg_class b, pg_class c, pg_class d'),
      );

      await runDocumented('evict', env);
      expect(await endless).to.include({ code: '57P01' });
      await ended;
      expect(await codeOfSignIn(publicUrl('mine'))).to.equal('28000'); // may not log in

      await runDocumented('reopen', { ...env, PUBLIC_PASSWORD: 'new' });
      expect(await codeOfSignIn(publicUrl('mine'))).to.equal('28P01'); // wrong password
      expect(await problemsOf(publicUrl('new'), publicPrivileges)).to.deep.equal([]);
      expect(await adviceFor(publicUrl('new'), 'lead_public')).to.deep.equal([]);
    } finally {
      await cluster.stop();
    }
  });
});

async function createDatabase(superuserUrl: string): Promise<void> {
  const client = new Client(superuserUrl);
  await client.connect();
  await client.query("create database lead_intake template template0 encoding 'UTF8'");
  await client.end();
}

async function codeOfSignIn(url: string): Promise<unknown> {
  const client = new Client(url);
  try {
    return await client.connect().then(() => 'signed in');
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}
