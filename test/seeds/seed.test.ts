import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import type { Knex } from 'knex';
import path from 'node:path';
import { createDatabase } from '../../common/database/connect';
import { emailReason } from '../../internal-server/outbox/reasons';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';

const command = [
  '-r',
  'ts-node/register/transpile-only',
  '-r',
  './embedded/default-database.ts',
  'seeds/commands/seed.ts',
];
const refusal = 'Example leads go into an empty development database only.';

interface Row {
  email: string;
  state: string;
  created_at: Date;
  reached_out_at: Date | null;
  resume_key: string;
  resume_bytes: number;
  resume_sha256: string;
}

describe('npm run seed', function () {
  this.timeout(60_000); // it starts processes, on a machine that may be busy
  let database: TestDatabase;
  let owner: Knex;
  let folder: string;
  beforeEach(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    await owner.destroy();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  function seed(args: string[] = [], more: NodeJS.ProcessEnv = {}) {
    const { PATH, TMPDIR } = process.env;
    const stores = { MIGRATION_DATABASE_URL: database.ownerUrl, RESUME_DIR: folder };
    const options = { env: { PATH, TMPDIR, ...stores, ...more } };
    return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [...command, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr });
      });
    });
  }
  const leads = () => owner<Row>('leads').select();

  it('fills an empty database with leads and their resumes, and queues no emails', async () => {
    const { code, stdout } = await seed();
    const rows = await leads();
    expect(code).to.equal(0);
    expect(stdout).to.equal(`Added ${rows.length} example leads. No emails are sent for them.\n`);
    expect(rows).to.have.length.above(25); // more than a page
    expect(new Set(rows.map(({ email }) => email))).to.have.property('size', rows.length);
    for (const { created_at, reached_out_at } of rows) {
      expect(created_at).to.be.below(new Date());
      if (reached_out_at) expect(reached_out_at).to.be.within(created_at, new Date());
    }
    for (const state of ['PENDING', 'REACHED_OUT']) {
      expect(rows.filter((row) => row.state === state)).to.have.length.above(5);
    }
    expect(await readdir(path.join(folder, 'resumes'))).to.have.length(rows.length);
    for (const { resume_key, resume_bytes, resume_sha256 } of rows) {
      const resume = await readFile(path.join(folder, resume_key));
      expect(resume).to.have.length(resume_bytes);
      expect(createHash('sha256').update(resume).digest('hex')).to.equal(resume_sha256);
    }
    const emails = await owner('outbox').select<object[]>('state', 'last_error', 'sent_at');
    expect(emails).to.have.length(2 * rows.length);
    for (const email of emails) {
      expect(email).to.deep.equal({ state: 'SKIPPED', last_error: 'EXAMPLE', sent_at: null });
    }
    expect(emailReason('EXAMPLE')).to.equal('this is an example lead');
  });

  it('refuses a database that holds leads, unless forced', async () => {
    await seed();
    const before = await leads();
    const again = await seed();
    expect(again).to.include({ code: 1, stdout: '' });
    expect(again.stderr).to.include(refusal).and.to.include('npm run seed -- --force');
    expect(await leads()).to.deep.equal(before);
    expect(await seed(['--force'])).to.include({ code: 0 });
    expect(await leads()).to.have.length(2 * before.length);
  });

  it('refuses a production database', async () => {
    const { code, stderr } = await seed([], { NODE_ENV: 'production' });
    expect(code).to.equal(1);
    expect(stderr).to.include(refusal);
    expect(await leads()).to.be.empty;
  });
});
