import { expect } from 'chai';
import { EventEmitter, once } from 'node:events';
import type { ResumeStore } from '../../../common/resumes/store';
import { createSweepSchedule, type SweepScheduleDeps } from '../../../common/sweep/schedule';
import { captureLog } from '../../support/captured-log';
import { startSweeping, type SweepFixture } from '../../support/apps/sweeping';

const day = 24 * 3_600_000;

describe('createSweepSchedule', () => {
  let at: SweepFixture;
  let events: EventEmitter;
  let looks: number;
  let sweeps: number;

  beforeEach(async () => {
    at = await startSweeping('a folder');
    events = new EventEmitter();
    looks = sweeps = 0;
  });

  afterEach(async () => {
    await at.close();
  });

  function start(overrides: Partial<SweepScheduleDeps> = {}) {
    const records = {
      ...at.records,
      async lastCompletedAt() {
        const answer = await at.records.lastCompletedAt();
        looks++;
        setImmediate(() => events.emit('look'));
        return answer;
      },
      async record(result: Parameters<typeof at.records.record>[0]) {
        await at.records.record(result);
        sweeps++;
        setImmediate(() => events.emit('sweep'));
      },
    };
    const pace = { firstCheckMs: 1, checkMs: 1 };
    const { log } = captureLog('internal-server');
    const sweeper = createSweepSchedule({ resumes: at.store, records, log, pace, ...overrides });
    sweeper.start();
    return sweeper;
  }

  it('sweeps once, however often it checks', async () => {
    const sweeper = start();
    while (looks < 5) await once(events, 'look');
    await sweeper.stop();
    expect(sweeps).to.equal(1);
  });

  it('sweeps again after a day', async () => {
    let now = Date.now();
    const sweeper = start({ now: () => now });
    while (sweeps < 1) await once(events, 'sweep');
    now += day + 1000;
    while (sweeps < 2) await once(events, 'sweep');
    await sweeper.stop();
  });

  it('deletes old events once a day although somebody else sweeps', async () => {
    await at.run();
    let now = Date.now();
    let deletions = 0;
    const deleteOldEvents = () => Promise.resolve(++deletions);
    const sweeper = start({ now: () => now, deleteOldEvents });
    while (looks < 5) await once(events, 'look');
    expect([sweeps, deletions]).to.deep.equal([0, 1]);
    now += day - 60_000; // the other's sweep is not a day old yet
    looks = 0;
    while (looks < 3) await once(events, 'look');
    expect([sweeps, deletions]).to.deep.equal([0, 1]);
    await sweeper.stop();
  });

  it('sweeps again at the next check after a failure', async () => {
    let lists = 0;
    const resumes: ResumeStore = {
      ...at.store,
      list() {
        if (++lists === 1) throw new TypeError('torn');
        return at.store.list();
      },
    };
    const sweeper = start({ resumes });
    while (sweeps < 2) await once(events, 'sweep');
    await sweeper.stop();
    const outcomes = (await at.records.latest(2)).map(({ outcome }) => outcome);
    expect(outcomes).to.deep.equal(['DONE', 'FAILED']);
  });

  it('stops even when the storage never responds', async () => {
    const resumes: ResumeStore = {
      ...at.store,
      async *list() {
        events.emit('list');
        await once(events, 'answer');
        yield* at.store.list();
      },
    };
    const listed = once(events, 'list');
    const sweeper = start({ resumes, pace: { firstCheckMs: 1, stopMs: 1 } });
    await listed;
    await sweeper.stop();
    expect(sweeps).to.equal(0);
    events.emit('answer');
    while (await isUnderWay()) await new Promise((resolve) => setImmediate(resolve));
  });

  const isUnderWay = async () => (await at.records.withLock(() => Promise.resolve(true))) !== true;
});
