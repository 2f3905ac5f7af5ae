import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { knex, type Knex } from 'knex';
import path from 'node:path';
import { migrationConfig } from '../../migrations/config';
import { addLead } from '../support/apps/leads';
import {
  createEmptyDatabase,
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';

const root = path.join(__dirname, '../..');

describe('npx knex', function () {
  this.timeout(120_000); // each test starts processes, on a machine that may be busy
  let copy: string;
  let database: TestDatabase;
  let db: Knex;

  before('copies the repository, because some commands write files', async () => {
    copy = await temporaryFolder();
    for (const part of ['knexfile.ts', 'tsconfig.json', 'package.json', ...folders]) {
      await cp(path.join(root, part), path.join(copy, part), { recursive: true });
    }
    await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  });
  after(() => rm(copy, { recursive: true }));

  function use(made: TestDatabase): void {
    database = made;
    db = knex({ ...migrationConfig, connection: made.ownerUrl });
  }
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  async function run(args: string[], changes: NodeJS.ProcessEnv = {}) {
    const { PATH, TMPDIR } = process.env;
    const env = {
      ...{ PATH, TMPDIR, TS_NODE_TRANSPILE_ONLY: 'true' },
      MIGRATION_DATABASE_URL: database.ownerUrl,
      ...changes,
    };
    return new Promise<{ code: unknown; output: string }>((resolve) => {
      const command = [path.join(root, 'node_modules/knex/bin/cli.js'), ...args];
      execFile(process.execPath, command, { cwd: copy, env }, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, output: stdout + stderr });
      });
    });
  }

  const applied = async () => {
    const rows = await db('knex_migrations').orderBy('id').select<{ name: string }[]>('name');
    return rows.map(({ name }) => name);
  };

  it('migrates, shows the state and undoes one migration at a time', async () => {
    use(await createEmptyDatabase());
    const pending = await run(['migrate:status']);
    expect(pending.output).to.match(/Pending Migration[^\n]*\n.*001_roles/);
    expect(await run(['migrate:up'])).to.include({ code: 0 });
    expect(await applied()).to.deep.equal(['001_roles']);
    expect(await run(['migrate:latest'])).to.include({ code: 0 });
    const all = await applied();
    expect(all).to.deep.equal(await migrationNames(root));

    expect((await run(['migrate:rollback'])).output).to.include('rolled back: 1 migrations');
    expect(await applied()).to.deep.equal(all.slice(0, -1));
    expect(await run(['migrate:rollback'])).to.include({ code: 0 });
    expect(await applied()).to.deep.equal(all.slice(0, -2));
    expect(await run(['migrate:down'])).to.include({ code: 0 });
    expect(await applied()).to.deep.equal(all.slice(0, -3));
    const version = all.at(-4)!.split('_')[0]!;
    expect((await run(['migrate:currentVersion'])).output).to.include(version);
    expect((await run(['migrate:list'])).output)
      .to.include('3 Pending')
      .and.to.include(all.at(-1));
    expect(await run(['migrate:unlock'])).to.include({ code: 0 });
    expect(await run(['migrate:rollback', '--all'])).to.include({ code: 0 });
    expect(await applied()).to.deep.equal([]);
  });

  it('makes a migration that it then runs', async () => {
    use(await createTestDatabase());
    expect(await run(['migrate:make', 'add_colour'])).to.include({ code: 0 });
    const name = (await migrationNames(copy)).at(-1)!;
    const file = path.join(copy, 'migrations', `${name}.ts`);
    expect(await run(['migrate:up'])).to.include({ code: 0 });
    expect((await applied()).at(-1))
      .to.equal(name)
      .and.to.match(/_add_colour$/);
    expect(await run(['migrate:rollback'])).to.include({ code: 0 });
    expect(await readFile(file, 'utf8')).to.include('export async function down');
    await rm(file);
  });

  it('seeds by seed:run, and runs what seed:make makes', async () => {
    use(await createTestDatabase());
    const resumes = path.join(copy, 'resumes');
    await mkdir(resumes);
    const seeded = await run(['seed:run'], { RESUME_DIR: resumes });
    expect(seeded.output).to.include('Ran 1 seed files');
    expect(await readdir(path.join(resumes, 'resumes'))).to.not.be.empty;
    const again = await run(['seed:run'], { RESUME_DIR: resumes });
    expect(again).to.include({ code: 1 });
    expect(again.output).to.include('npm run seed -- --force');
    expect(await run(['seed:make', 'more'])).to.include({ code: 0 });
    await rm(path.join(copy, 'seeds/more.ts'));
  });

  it('uses the embedded database of DATA_DIR, and else names the variable', async () => {
    use(await createTestDatabase());
    const without = { MIGRATION_DATABASE_URL: undefined, DATA_DIR: copy };
    const missing = await run(['migrate:status'], without);
    expect(missing).to.include({ code: 1 });
    expect(missing.output).to.include('MIGRATION_DATABASE_URL is missing');
    const file = path.join(copy, 'owner.env');
    await writeFile(file, `MIGRATION_DATABASE_URL=${database.ownerUrl}\n`);
    expect((await run(['migrate:status'], without)).output).to.include('No Pending');
    await rm(file);
  });

  it('refuses to delete data, whatever is asked', async () => {
    use(await createTestDatabase());
    await addLead(db);
    const all = await applied();
    for (const args of [
      ['migrate:rollback', '--all'],
      ['migrate:rollback', '--all', '--disable-transactions'],
      ['migrate:down', '006_search'],
      ['migrate:down', '006_search', '--disable-transactions'],
    ]) {
      const { code, output } = await run(args);
      expect(code, args.join(' ')).to.equal(1);
      expect(output).to.include('ALLOW_DATA_LOSS=yes');
      expect(await applied()).to.deep.equal(all);
    }
    expect(await db('leads').first()).to.include.keys('id', 'search_text');
    const allowed = await run(['migrate:rollback', '--all'], { ALLOW_DATA_LOSS: 'yes' });
    expect(allowed).to.include({ code: 0 });
    expect(await applied()).to.deep.equal([]);
  });

  it('separates the single batch of an earlier version before it undoes anything', async () => {
    use(await createTestDatabase());
    const all = await applied();
    await db('knex_migrations').update({ batch: 1 });
    const first = await run(['migrate:rollback']);
    expect(first).to.include({ code: 1 });
    expect(first.output).to.include('Repeat the command');
    expect(await applied()).to.deep.equal(all);
    expect(await run(['migrate:rollback'])).to.include({ code: 0 });
    expect(await applied()).to.deep.equal(all.slice(0, -1));
  });
});

const folders = ['migrations', 'seeds', 'common', 'embedded', 'internal-server', 'public-server'];

async function migrationNames(folder: string): Promise<string[]> {
  const files = await readdir(path.join(folder, 'migrations'));
  return files.flatMap((file) => /^(\d+_.+)\.ts$/.exec(file)?.[1] ?? []).sort();
}
