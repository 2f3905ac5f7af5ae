import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { keeper, startGcsServer, type GcsServer } from '../../support/gcs/server';
import { startSweeping, type SweepFixture } from '../../support/apps/sweeping';

const command = [
  ...['-r', 'ts-node/register/transpile-only', '-r', './embedded/default-database.ts'],
  'internal-server/commands/sweep.ts',
];

describe('npm run sweep', function () {
  this.timeout(60_000); // each test starts processes, on a machine that may be busy
  let at: SweepFixture;
  let server: GcsServer;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    at = await startSweeping('a bucket');
    server = startGcsServer();
    env = {
      DATABASE_URL: at.database.internalUrl,
      RESUME_STORE: 'gcs',
      GCS_BUCKET: server.bucket,
      GCS_PROJECT_ID: 'firm',
      GCS_API_ENDPOINT: await server.identity(keeper),
    };
  });

  afterEach(async () => {
    await server.close();
    await at.close();
  });

  function run(...args: string[]) {
    return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      const options = { env: { PATH: process.env.PATH, ...env } };
      execFile(process.execPath, [...command, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr });
      });
    });
  }

  const plant = (key: string, text: string) =>
    server.objects.set(key, {
      bytes: Buffer.from(text),
      metadata: {},
      timeCreated: new Date(Date.now() - 48 * 3_600_000),
    });

  function plantOrphans(count: number): void {
    for (let n = 0; n < count; n++) {
      plant(`resumes/00000000-0000-0000-0000-${String(n).padStart(12, '0')}`, 'nobody');
    }
  }

  it('deletes orphans and ends with 0', async () => {
    const { key } = await at.lead(null);
    plant(key, 'a resume');
    plantOrphans(2);
    const looked = await run('--dry-run');
    expect(looked).to.include({ code: 0, stderr: '' });
    expect(looked.stdout).to.match(/\nWould delete: 2\n$/);
    expect(server.objects).to.have.property('size', 3);
    const done = await run();
    expect(done).to.include({ code: 0, stderr: '' });
    expect(done.stdout).to.match(/\nDeleted: 2\n$/);
    expect([...server.objects.keys()]).to.deep.equal([key]);
  });

  it('deletes old reads from the audit with AUDIT_RETAIN_DAYS, but not in a dry run', async () => {
    const reads = at.owner('audit_events').where({ action: 'LEADS_LISTED' });
    for (const age of ['31 days', '29 days']) {
      const time = at.owner.raw('now() - ?::interval', [age]);
      await at.owner('audit_events').insert({ actor: 'x', action: 'LEADS_LISTED', at: time });
    }
    expect((await run()).stdout).to.not.include('audit');
    env.AUDIT_RETAIN_DAYS = '30';
    expect((await run('--dry-run')).stdout).to.not.include('audit');
    expect(await reads.clone()).to.have.length(2);
    const done = await run();
    expect(done).to.include({ code: 0, stderr: '' });
    expect(done.stdout).to.include('Old reads and sign-ins deleted from the audit: 1\n');
    expect(await reads.clone()).to.have.length(1);
    env.AUDIT_RETAIN_DAYS = '29';
    expect((await run()).stderr).to.include('AUDIT_RETAIN_DAYS');
  });

  it('says that the audit could not be cleared', async () => {
    await at.owner.raw('drop function audit_delete_old');
    env.AUDIT_RETAIN_DAYS = '30';
    const { code, stderr } = await run();
    expect([code, stderr]).to.deep.equal([
      2,
      'Old reads and sign-ins could not be deleted from the audit (42883).\n',
    ]);
  });

  it('ends with 1 when a resume is missing', async () => {
    await at.lead(null);
    const { code, stdout } = await run();
    expect(code).to.equal(1);
    expect(stdout).to.include('resumes missing: 1, damaged: 0');
  });

  it('ends with 1 when --verify finds other content', async () => {
    const { key } = await at.lead(null);
    plant(key, 'A resume');
    expect(await run('--dry-run')).to.include({ code: 0 });
    const { code, stdout } = await run('--dry-run', '--verify');
    expect(code).to.equal(1);
    expect(stdout).to.include('resumes missing: 0, damaged: 1');
  });

  it('ends with 2 and says how to continue when too many files would be deleted', async () => {
    plantOrphans(101);
    const { code, stderr } = await run();
    expect(code).to.equal(2);
    expect(stderr).to.include('Nothing was deleted: 101 of 101 files have no lead');
    expect(server.objects).to.have.property('size', 101);
    expect(await run('--delete-anyway')).to.include({ code: 0 });
    expect(server.objects).to.have.property('size', 0);
  });

  it('ends with 2 when the storage refuses', async () => {
    env.GCS_API_ENDPOINT = await server.identity([]);
    const { code, stderr } = await run();
    expect(code).to.equal(2);
    expect(stderr).to.match(/^The sweep could not be completed \(403\)\. Nothing was deleted\./);
  });

  it('ends with 2 when the database is unavailable', async () => {
    env.DATABASE_URL = 'postgres://nobody@127.0.0.1:1/none';
    const { code, stderr } = await run();
    expect(code).to.equal(2);
    expect(stderr).to.include('(ECONNREFUSED)');
  });

  it('ends with 2 while another sweep is running', async () => {
    await at.records.withLock(async () => {
      const { code, stderr } = await run();
      expect(code).to.equal(2);
      expect(stderr).to.equal('Another sweep is running. Nothing was done.\n');
    });
  });

  it('ends with 1, the reason and the usage for an option that it does not know', async () => {
    const { code, stderr } = await run('--force');
    expect(code).to.equal(1);
    expect(stderr).to.match(/^Unknown option '--force'\.\n\nUsage: npm run sweep/);
  });

  it('prints the usage for --help', async () => {
    env = {};
    const { code, stdout, stderr } = await run('--help');
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^Usage: npm run sweep/);
  });

  it('names every missing variable', async () => {
    env = {};
    const { code, stderr } = await run();
    expect(code).to.equal(2);
    expect(stderr).to.include('DATABASE_URL').and.to.include('RESUME_DIR');
  });
});
