import { expect } from 'chai';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '../../common/database/connect';
import {
  issueServerCertificate,
  makeAuthority,
  needsOpenssl,
} from '../support/process/certificates';
import { startOwnPostgres, temporaryFolder, type OwnPostgres } from '../support/process/postgres';
import { runToEnd, startOrEnd } from '../support/process/printed-output';
import { rejection } from '../support/rejection';

describe('TLS to Postgres', () => {
  let postgres: OwnPostgres;
  let folder: string;
  let trusted: string;
  let other: string;

  needsOpenssl();
  before(async () => {
    folder = await temporaryFolder();
    trusted = makeAuthority(folder, 'trusted');
    other = makeAuthority(folder, 'other');
    const { certificate, key } = await issueServerCertificate(folder, trusted, 'IP:127.0.0.1');
    const files = [`ssl_cert_file=${certificate}`, `ssl_key_file=${key}`];
    postgres = await startOwnPostgres(['ssl=on', ...files]);
  });

  after(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const internal = (query: string) => ({
    DATABASE_URL: `${postgres.internalUrl}?${query}`,
    RESUME_DIR: folder,
    PORT: '0',
  });

  for (const mode of ['require', 'verify-full']) {
    it(`is verified with sslmode=${mode}`, async () => {
      const query = `sslmode=${mode}&channel_binding=require&sslrootcert=`;
      const server = await startOrEnd('internal', internal(query + trusted));
      expect(server.code, server.output()).to.be.undefined;
      expect(await encrypted(postgres, 'internal_server')).to.equal(true);
      await server.stop();
      const notice = `sslmode=${mode} means verify-full here`;
      expect(server.output().includes(notice)).to.equal(mode !== 'verify-full');

      for (const wrong of [query + other, `sslmode=${mode}`]) {
        const refused = await startOrEnd('internal', internal(wrong));
        expect(refused.code, refused.output()).to.equal(1);
        expect(refused.output()).to.include('The database cannot be used');
        expect(refused.output()).to.not.match(/SECURITY WARNING|Warning:/);
      }
      expect(server.output()).to.not.match(/SECURITY WARNING|Warning:/);
    });
  }

  it('is not used with sslmode=disable', async () => {
    const server = await startOrEnd('internal', internal('sslmode=disable'));
    expect(await encrypted(postgres, 'internal_server')).to.equal(false);
    await server.stop();
  });

  it('serves migrate', async () => {
    const env = (ca: string) => ({
      MIGRATION_DATABASE_URL: `${postgres.ownerUrl}?sslmode=require&sslrootcert=${ca}`,
    });
    const output = 'Already up to date.\n';
    expect(await runToEnd(['migrations/run.ts'], env(trusted))).to.deep.equal({ code: 0, output });
    expect(await runToEnd(['migrations/run.ts'], env(other))).to.include({ code: 1 });
  });

  it('goes on without a restart once the file of authorities fits a new certificate', async () => {
    const file = path.join(folder, 'current.pem');
    const query = `sslmode=verify-full&sslrootcert=${file}`;
    await copyFile(trusted, file);
    const db = createDatabase(`${postgres.internalUrl}?${query}`);
    const superuser = createDatabase(postgres.superuserUrl);
    await db.raw('select 1');

    await issueServerCertificate(folder, other, 'IP:127.0.0.1');
    await superuser.raw('select pg_reload_conf()');
    await sleep(300);
    await superuser.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'internal_server'`,
    );
    await sleep(100);
    const refused = await rejection(Promise.resolve(db.raw('select 1')));
    expect(refused.code).to.match(/SELF_SIGNED|UNABLE_TO/);
    await copyFile(other, file);
    await sleep(1100); // the file is read again once a second at most
    await db.raw('select 1');

    await issueServerCertificate(folder, other, 'DNS:db.firm.example');
    await superuser.raw('select pg_reload_conf()');
    await sleep(300);
    const stranger = createDatabase(`${postgres.internalUrl}?${query}`);
    const mismatch = await rejection(Promise.resolve(stranger.raw('select 1')));
    expect(mismatch.code).to.equal('ERR_TLS_CERT_ALTNAME_INVALID');
    await Promise.all([db, superuser, stranger].map((each) => each.destroy()));
  });
});

async function encrypted(postgres: OwnPostgres, login: string): Promise<boolean | undefined> {
  const db = createDatabase(postgres.superuserUrl);
  const [ssl] = await db('pg_stat_ssl')
    .join('pg_stat_activity', 'pg_stat_activity.pid', 'pg_stat_ssl.pid')
    .where('usename', login)
    .pluck<boolean[]>('ssl');
  await db.destroy();
  return ssl;
}
