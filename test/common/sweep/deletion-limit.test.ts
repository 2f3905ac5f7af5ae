import { expect } from 'chai';
import { Readable } from 'node:stream';
import { createInspector } from '../../../common/sweep/inspect';
import type { LeadFile, SweepCounts } from '../../../common/sweep/types';
import { startSweeping, type SweepFixture } from '../../support/apps/sweeping';

describe('deletionLimit', () => {
  let at: SweepFixture;

  beforeEach(async () => {
    at = await startSweeping('a bucket');
  });

  afterEach(async () => {
    await at.close();
  });

  async function plant(orphans: number, young: number): Promise<void> {
    for (let n = 0; n < orphans; n++) await at.orphan();
    for (let n = 0; n < young; n++) await at.orphan(true);
  }

  it('stops at 101 of 200', async () => {
    await plant(101, 99);
    expect(await at.run()).to.include({
      outcome: 'STOPPED',
      objects: 200,
      orphans: 101,
      deleted: 0,
    });
    expect(await at.records.latest(1)).to.have.nested.property('[0].outcome', 'STOPPED');
    expect(at.logged()).to.include('deleted nothing');
    expect(await at.run({ isDryRun: true })).to.include({ outcome: 'STOPPED' });
  });

  it('does not apply with deletesAnyway', async () => {
    await plant(101, 99);
    expect(await at.run({ deletesAnyway: true })).to.include({ outcome: 'DONE', deleted: 101 });
    expect(await at.run()).to.include({ outcome: 'DONE', objects: 99, orphans: 0 });
  });

  it('does not stop at 100 of 200', async () => {
    await plant(100, 100);
    expect(await at.run()).to.include({ outcome: 'DONE', deleted: 100 });
  });

  it('does not stop at 101 of 3,000', async () => {
    await plant(101, 2899);
    expect(await at.run()).to.include({ outcome: 'DONE', objects: 3000, deleted: 101 });
  });
});

describe('createInspector', () => {
  const counts = { hashed: 0 } as SweepCounts;
  const lead = (key: string, problem: LeadFile['problem'] = null) =>
    ({ key, bytes: 1, problem }) as LeadFile;

  async function read(reading: Parameters<typeof createInspector>[1], leads: LeadFile[]) {
    const keys: string[] = [];
    const resumes = {
      read(key: string) {
        keys.push(key);
        return Promise.resolve({ bytes: 1, sha256: '', content: Readable.from([]) });
      },
    };
    const inspector = createInspector(resumes, reading, counts);
    for (const each of leads) {
      await inspector.inspect(each, { key: each.key, bytes: 1, createdAt: new Date() });
    }
    return { keys: keys.join(''), hashedTo: inspector.hashedTo() };
  }

  const leads = ['a', 'b', 'c', 'd'].map((key) => lead(key));

  it('hashes some files each time, from where the last sweep ended', async () => {
    expect(await read({ after: '', most: 2 }, leads)).to.deep.equal({ keys: 'ab', hashedTo: 'b' });
    expect(await read({ after: 'b', most: 2 }, leads)).to.deep.equal({ keys: 'cd', hashedTo: 'd' });
  });

  it('starts from the first file after the last one', async () => {
    expect(await read({ after: 'c', most: 2 }, leads)).to.deep.equal({ keys: 'd', hashedTo: null });
  });

  it('also hashes files with a problem', async () => {
    const known = [lead('a', 'WRONG_HASH'), lead('b'), lead('c')];
    expect(await read({ after: 'b', most: 5 }, known)).to.deep.equal({
      keys: 'ac',
      hashedTo: null,
    });
  });

  it('hashes all files on request', async () => {
    expect(await read('ALL', leads)).to.deep.equal({ keys: 'abcd', hashedTo: null });
  });
});
