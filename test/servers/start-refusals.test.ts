import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import { createDatabase } from '../../common/database/connect';
import {
  createEmptyDatabase,
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';
import { startPublicApp } from '../support/apps/public-app';

interface Refusal {
  code: number | null;
  stderr: string;
}

/** Runs a server that should end by itself. */
function refusalOf(name: 'public' | 'internal', env: Record<string, string>): Promise<Refusal> {
  const args = ['-r', 'ts-node/register/transpile-only', `${name}-server/index.ts`];
  const options = { cwd: path.join(__dirname, '../..'), env: { PATH: process.env.PATH, ...env } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, options, (_error, _stdout, stderr) => {
      resolve({ code: child.exitCode, stderr });
    });
  });
}

describe('a server refuses to start', () => {
  let database: TestDatabase;
  let folder: string;

  before(async () => {
    database = await createTestDatabase();
    folder = await temporaryFolder();
  });

  after(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  async function expectRefusal(
    name: 'public' | 'internal',
    env: Record<string, string>,
    ...expected: string[]
  ): Promise<void> {
    const { code, stderr } = await refusalOf(name, { PORT: '0', RESUME_DIR: folder, ...env });
    expect(code, stderr).to.equal(1);
    for (const text of expected) expect(stderr).to.include(text);
    expect(stderr).to.not.match(/\n\s+at /);
  }

  it('without its variables, and names each', async () => {
    await expectRefusal('public', { RESUME_DIR: '' }, 'DATABASE_URL: is missing', 'RESUME_DIR: is');
    await expectRefusal(
      'internal',
      { RESUME_DIR: '' },
      'DATABASE_URL: is missing',
      'RESUME_DIR: is',
    );
  });

  it('with metrics that are open to everyone', async () => {
    const env = { OPS_PORT: '9100', OPS_USER: 'prometheus', OPS_PASSWORD: '' };
    const login = { public: database.publicUrl, internal: database.internalUrl };
    for (const name of ['public', 'internal'] as const) {
      await expectRefusal(name, { ...env, DATABASE_URL: login[name] }, 'OPS_PASSWORD: is missing');
    }
    const free = { OPS_PORT: '9100', DATABASE_URL: database.publicUrl };
    await expectRefusal('public', free, 'OPS_USER: is missing', 'OPS_PASSWORD: is missing');
  });

  it('with the secrets of the other zone', async () => {
    const secrets = { SMTP_URL: 'smtp://x', MIGRATION_DATABASE_URL: 'y', ADMIN_PASSWORD: 'z' };
    const env = { DATABASE_URL: database.publicUrl, ...secrets };
    await expectRefusal('public', env, ...Object.keys(secrets));
  });

  it('with a database that is not migrated', async () => {
    const empty = await createEmptyDatabase();
    await expectRefusal('public', { DATABASE_URL: empty.ownerUrl }, 'run npm run migrate');
    await expectRefusal('internal', { DATABASE_URL: empty.ownerUrl }, 'run npm run migrate');
    await empty.drop();
  });

  it('with a wrong password or no database at all', async () => {
    const wrong = new URL(database.publicUrl);
    wrong.password = 'wrong';
    await expectRefusal('public', { DATABASE_URL: wrong.href }, '28P01', 'Check DATABASE_URL');
    const nowhere = { DATABASE_URL: 'postgres://u:p@127.0.0.1:9/x' };
    await expectRefusal('internal', nowhere, 'ECONNREFUSED', 'Check DATABASE_URL');
  });

  it('with the login of the other server, or of the owner', async () => {
    await expectRefusal(
      'public',
      { DATABASE_URL: database.internalUrl },
      'REVOKE lead_internal FROM internal_server;',
    );
    await expectRefusal(
      'internal',
      { DATABASE_URL: database.ownerUrl },
      'lead_owner owns table public.leads',
    );
  });

  it('with one privilege too many, and is not ready once it gets one later', async () => {
    const fixture = await startPublicApp();
    const ready = async () => (await supertest(fixture.app.callback()).get('/readyz')).status;
    const superuser = createDatabase(fixture.database.superuserUrl);
    expect(await ready()).to.equal(200);

    await superuser.raw('grant select (email) on leads to public_server');
    const env = { DATABASE_URL: fixture.database.publicUrl };
    await expectRefusal(
      'public',
      env,
      'REVOKE SELECT (email) ON TABLE public.leads FROM public_server;',
    );
    await sleep(3100); // /readyz remembers its response for three seconds
    expect(await ready()).to.equal(503);
    expect(fixture.logged()).to.include('SELECT (email) ON TABLE public.leads');

    await superuser.raw('revoke select (email) on leads from public_server');
    await sleep(3100);
    expect(await ready()).to.equal(200);
    await superuser.destroy();
    await fixture.close();
  });
});
