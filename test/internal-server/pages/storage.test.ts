import { expect } from 'chai';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createDatabase } from '../../../common/database/connect';
import { createLocalResumes } from '../../support/apps/local-resumes';
import { createSweepRepository } from '../../../common/sweep/repository';
import { sweep, type SweepOptions } from '../../../common/sweep/sweep';
import { captureLog } from '../../support/captured-log';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';
import { spooledFile } from '../../support/apps/spooled';
import { temporaryFolder } from '../../support/process/postgres';

describe('GET /storage', () => {
  let fixture: InternalFixture;
  let db: ReturnType<typeof createDatabase>;

  beforeEach(async () => {
    fixture = await startInternalApp();
    db = createDatabase(fixture.database.internalUrl);
  });

  afterEach(async () => {
    await db.destroy();
    await fixture.close();
  });

  async function run(options?: SweepOptions): Promise<void> {
    const resumes = await createLocalResumes(fixture.folder);
    const { log } = captureLog('sweep');
    const now = () => Date.now() + 25 * 3_600_000;
    await sweep({ resumes, records: createSweepRepository(db), log, now }, options);
  }

  async function addMissing(): Promise<string> {
    const { id, resume } = await fixture.addLead();
    await fixture
      .owner('leads')
      .where({ id })
      .update({ created_at: new Date(0) });
    await rm(path.join(fixture.folder, resume.key));
    return id;
  }

  async function addOrphans(count: number): Promise<void> {
    const store = await createLocalResumes(fixture.folder);
    for (let n = 0; n < count; n++) {
      const key = `resumes/00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;
      await store.create(key, await spooledFile(fixture.folder, Buffer.from('x')));
    }
  }

  const page = async () => (await fixture.get('/storage', fixture.admin)).text;
  const banner = async (as = fixture.admin) =>
    /class="notice".*?<\/p>/s.exec((await fixture.get('/leads', as)).text)?.[0];

  it('says that nothing is known before the first sweep', async () => {
    const text = await page();
    expect(text).to.include('No sweep yet.');
    expect(text).to.include('Not known yet');
    expect(await banner()).to.equal(undefined);
  });

  it('says that all is well after a sweep that found nothing', async () => {
    await run();
    const text = await page();
    expect(text).to.include('completed');
    expect(text).to.include('There are none.');
    expect(await banner()).to.equal(undefined);
  });

  it('lists the leads whose resume is missing, and every page of administrators leads there', async () => {
    const id = await addMissing();
    await run();
    const text = await page();
    expect(text).to.include(`<a href="/leads/${id}">`);
    expect(text).to.include('<td data-label="Resume">missing</td>');
    expect(await banner()).to.include('1 resume is missing or damaged in the storage.');
    expect(await banner()).to.include('<a href="/storage">');
    expect(await banner(fixture.ann)).to.equal(undefined);
    const lead = (await fixture.get(`/leads/${id}`)).text;
    expect(lead).to.include('The resume is missing in the storage. Restore it from a backup');
  });

  it('says nothing on the page of another lead', async () => {
    await addMissing();
    const { id } = await fixture.addLead();
    await run();
    expect((await fixture.get(`/leads/${id}`)).text).to.not.include('missing in the storage. Rest');
  });

  it('says what to check when the sweep stopped', async () => {
    await addOrphans(101);
    await run();
    const text = await page();
    expect(text).to.include('Nothing was deleted: 101 of 101 files have no lead');
    expect(text).to.include('npm run sweep -- --delete-anyway');
    expect(await banner()).to.include('An unusual number of stored files have no lead.');
  });

  it('says why the sweep could not be completed', async () => {
    const failing = { list: () => failingList(), read: never, remove: never };
    const records = createSweepRepository(db);
    await sweep({ resumes: failing, records, log: captureLog('sweep').log });
    expect(await page()).to.include('The sweep could not be completed (EIO). Nothing was deleted.');
    expect(await banner()).to.include('could not be completed');
  });

  it('shows how many files were deleted, as the audit does', async () => {
    await addOrphans(2);
    await run();
    expect(await page()).to.include('<td data-label="Deleted">2</td>');
    const audit = (await fixture.get('/audit', fixture.admin)).text;
    expect(audit).to.include('Files without a lead deleted');
    expect(audit).to.include('2 from the storage');
  });

  const check = () => fixture.post('/storage/check', fixture.admin);

  /** Waits until no check runs any more. */
  async function checked(): Promise<string> {
    for (;;) {
      const text = await page();
      if (!text.includes('A check began')) return text;
    }
  }

  it('checks when an administrator says so, and takes off the list what is there again', async () => {
    const { id, resume } = await fixture.addLead();
    await fixture
      .owner('leads')
      .where({ id })
      .update({ created_at: new Date(0) });
    const file = path.join(fixture.folder, resume.key);
    await rename(file, `${file}.away`);
    const { status, headers } = await check();
    expect([status, headers.location]).to.deep.equal([303, '/storage']);
    const missing = await checked();
    expect(missing).to.include(`<a href="/leads/${id}">`).and.to.include('1 missing');
    await rename(`${file}.away`, file);
    await check();
    expect(await checked()).to.include('There are none.');
    const events = await fixture.owner('audit_events').where({ action: 'STORAGE_CHECKED' });
    expect(events).to.have.length(2);
    expect(events[0]).to.include({ actor: fixture.admin.id });
  });

  it('says how far a check has come, and that another one cannot begin meanwhile', async () => {
    await fixture.close();
    let goOn!: () => void;
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    const folder = await temporaryFolder();
    const resumes = {
      ...(await createLocalResumes(folder)),
      async *list() {
        await paused;
        yield* [];
      },
    };
    fixture = await startInternalApp({ resumes });
    expect((await check()).status).to.equal(303);
    const text = await page();
    expect(text).to.include('A check began just now: 0 files and 0 leads so far.');
    expect(text).to.not.include('Check now</button>');
    const again = await check();
    expect(again.status).to.equal(409);
    expect(again.text).to.include('The storage is being checked already.');
    goOn();
    expect(await checked())
      .to.include('Check now</button>')
      .and.to.include('completed');
    const events = await fixture.owner('audit_events').where({ action: 'STORAGE_CHECKED' });
    expect(events).to.have.length(1);
    await rm(folder, { recursive: true });
  });

  it('is linked for administrators only', async () => {
    expect((await fixture.get('/leads', fixture.admin)).text).to.include('href="/storage"');
    expect((await fixture.get('/leads')).text).to.not.include('href="/storage"');
  });
});

// eslint-disable-next-line @typescript-eslint/require-await
async function* failingList(): AsyncGenerator<never> {
  throw Object.assign(new Error('bad disk'), { code: 'EIO' });
}

const never = () => Promise.reject(new Error('not asked for'));
