import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../embedded/ports';
import { loginUrl, withClient } from '../embedded/provision';
import { temporaryFolder, testPostgres } from '../test/support/process/postgres';
import { runImage, startImage, type RunningImage } from '../test/support/process/image-process';

const { IMAGES = '', PATH = '' } = process.env;
const image = (name: string) => path.join(IMAGES, name);
const filesOf = (name: string) => readdirSync(image(name), { recursive: true }).sort();
const credentials = 'ann@firm.example:correct horse battery';

/** Needs psql, and the folders from deploy/assemble.sh in the folder IMAGES. */
describe('images', () => {
  const filesAtFirst = [filesOf('public'), filesOf('internal')];
  let resumes: string;
  let urls: { owner: string; public: string; internal: string };
  let facing: RunningImage;
  let internal: RunningImage;

  before('creates the logins, migrates and starts both servers', async () => {
    const { superuserUrl } = await testPostgres();
    await withClient(superuserUrl, async (client) => {
      await client.query('create database lead_intake');
    });
    const url = (user?: string, password?: string) =>
      loginUrl(superuserUrl, 'lead_intake', user, password);
    urls = {
      owner: url('lead_owner', 'o'),
      public: url('public_server', 'p'),
      internal: url('internal_server', 'i'),
    };
    await promisify(execFile)('psql', ['-X', '-f', path.join(__dirname, 'logins.sql'), url()], {
      env: { PATH, OWNER_PASSWORD: 'o', PUBLIC_PASSWORD: 'p', INTERNAL_PASSWORD: 'i' },
    });
    await runImage(image('migrate'), ['dist/migrations/run.js'], {
      MIGRATION_DATABASE_URL: urls.owner,
    });

    resumes = await temporaryFolder();
    const shared = { RESUME_DIR: resumes, LOG_LEVEL: 'warn' };
    facing = await startImage(image('public'), 'public-server/index.js', {
      ...shared,
      DATABASE_URL: urls.public,
      PORT: String(await freePort()),
    });
    internal = await startImage(image('internal'), 'internal-server/index.js', {
      ...shared,
      DATABASE_URL: urls.internal,
      PORT: String(await freePort()),
    });
  });

  after(() => rm(resumes, { recursive: true }));

  it('take a lead and show it to the first administrator', async () => {
    const [, password = ''] = credentials.split(':');
    const NEW_PASSWORD = 'tulip canoe orbit';
    const account = ['--email', 'ann@firm.example', '--name', 'Ann Lee', '--role', 'ADMIN'];
    await runImage(
      image('internal'),
      ['dist/internal-server/commands/accounts.js', 'create', ...account],
      { DATABASE_URL: urls.internal, NEW_PASSWORD },
    );

    const temporary = `Basic ${btoa(`ann@firm.example:${NEW_PASSWORD}`)}`;
    const refused = await fetch(`${internal.url}/api/me`, {
      headers: { Authorization: temporary },
    });
    const { detail } = (await refused.json()) as { detail: string };
    const [own = ''] = /\/api\/accounts\/\S+/.exec(detail) ?? [];
    const changed = await fetch(internal.url + own, {
      method: 'PATCH',
      headers: { Authorization: temporary, 'Content-Type': 'application/json' },
      body: JSON.stringify({ current_password: NEW_PASSWORD, password }),
    });
    expect([refused.status, changed.status]).to.deep.equal([403, 200]);

    const sent = await fetch(`${facing.url}/leads`, {
      method: 'POST',
      body: aSubmission(),
      headers: { Accept: 'application/json' },
    });
    expect(sent.status, await sent.text()).to.equal(201);

    const page = await fetch(`${internal.url}/leads`, {
      headers: { Authorization: `Basic ${btoa(credentials)}` },
    });
    expect(page.status).to.equal(200);
    expect(await page.text()).to.include('Mustermann');
  });

  for (const path of ['/openapi.json', '/docs', '/leads.csv']) {
    it(`contain what ${path} needs`, async () => {
      const headers = { Authorization: `Basic ${btoa(credentials)}` };
      const response = await fetch(internal.url + path, { headers });
      await response.arrayBuffer();
      expect(response.status).to.equal(200);
    });
  }

  it('stop at SIGTERM', async () => {
    expect([await facing.stop(), await internal.stop()]).to.deep.equal([0, 0]);
  });

  it('write nothing into their own folders', () => {
    expect([filesOf('public'), filesOf('internal')]).to.deep.equal(filesAtFirst);
  });

  it('connect with logins that carry their limits', async () => {
    await withClient(urls.public, async (client) => {
      const { rows } = await client.query(
        `select current_setting('statement_timeout') as timeout, rolconnlimit as connections
         from pg_roles where rolname = current_user`,
      );
      expect(rows).to.deep.equal([{ timeout: '5s', connections: 25 }]);
    });
  });

  for (const statement of [
    'create temporary table t ()',
    'create table t ()',
    'select lo_create(0)',
    'select from leads',
  ]) {
    it(`refuse the public login: ${statement}`, async () => {
      expect(await refusal(urls.public, statement)).to.equal('42501');
    });
  }

  it('refuse the public login every other database', async () => {
    expect(await refusal(loginUrl(urls.public, 'postgres'), 'select')).to.equal('42501');
  });
});

function aSubmission(): FormData {
  const form = new FormData();
  form.set('first_name', 'Erika');
  form.set('last_name', 'Mustermann');
  form.set('email', 'erika@prospect.example');
  form.set('resume', new Blob(['Ten years at sea.']), 'resume.txt');
  return form;
}

async function refusal(url: string, statement: string): Promise<string | undefined> {
  const client = new Client(url);
  try {
    await client.connect();
    await client.query(statement);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}
