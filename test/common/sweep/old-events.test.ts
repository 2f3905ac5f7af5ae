import { expect } from 'chai';
import { startSweeping, type SweepFixture } from '../../support/apps/sweeping';

describe('sweep, with old events to delete', () => {
  let at: SweepFixture;
  let calls: number;

  beforeEach(async () => {
    at = await startSweeping('a folder');
    calls = 0;
  });

  afterEach(async () => {
    await at.close();
  });

  const deleteOldEvents = () => Promise.resolve(++calls);

  it('deletes them while no other sweep runs', async () => {
    await at.run({}, { deleteOldEvents });
    expect(calls).to.equal(1);
    await at.records.withLock(() => at.run({}, { deleteOldEvents }));
    expect(calls).to.equal(1);
  });

  it('deletes them when the storage fails, too', async () => {
    const resumes = {
      ...at.store,
      list() {
        throw new TypeError('torn');
      },
    };
    const result = await at.run({}, { deleteOldEvents, resumes });
    expect(result).to.include({ outcome: 'FAILED' });
    expect(calls).to.equal(1);
  });

  it('deletes none in a dry run', async () => {
    await at.run({ isDryRun: true }, { deleteOldEvents });
    expect(calls).to.equal(0);
  });

  it('completes the sweep although they cannot be deleted, and logs why', async () => {
    const failing = () => Promise.reject(new TypeError('away'));
    const result = await at.run({}, { deleteOldEvents: failing });
    expect(result).to.include({ outcome: 'DONE' });
    expect(at.logged()).to.include('could not delete old reads and sign-ins from the audit');
  });
});
