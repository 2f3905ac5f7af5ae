import { expect } from 'chai';
import { Client } from 'pg';
import { withClient } from '../../embedded/provision';
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
    const superuserUrl = cluster.url('postgres', cluster.env.PGPASSWORD ?? '', 'postgres');
    const publicUrl = (password: string) => cluster.url('public_server', password, 'lead_intake');
    try {
      await withClient(superuserUrl, async (client) => {
        await client.query("create database lead_intake template template0 encoding 'UTF8'");
      });
      await runDocumented('reopen', env);
      await migrate(cluster.url('lead_owner', 'owner', 'lead_intake'));

      const thief = new Client(publicUrl('old'));
      await thief.connect();
      await thief.query("alter role public_server password 'mine'");
      await thief.query('alter role public_server set statement_timeout = 0');
      await thief.query('alter role public_server in database lead_intake set work_mem = 64');
      await thief.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
      await thief.query("begin; alter role public_server password 'mine too'"); // ALTER ROLE waits
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
      expect(await settingsOf(superuserUrl)).to.deep.equal([
        'idle_in_transaction_session_timeout=10s',
        'statement_timeout=5s',
        'temp_file_limit=10MB',
      ]);
    } finally {
      await cluster.stop();
    }
  });
});

async function settingsOf(superuserUrl: string): Promise<string[]> {
  let settings: string[] = [];
  await withClient(superuserUrl, async (client) => {
    const { rows } = await client.query<{ setting: string }>(
      `select unnest(setconfig) as setting from pg_db_role_setting
      where setrole = 'public_server'::regrole order by 1`,
    );
    settings = rows.map(({ setting }) => setting);
  });
  return settings;
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
