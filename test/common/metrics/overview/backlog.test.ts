import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../../common/database/connect';
import { createBacklogReader } from '../../../../common/metrics/overview/backlog';
import { addLead } from '../../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../../support/process/postgres';
import { rejection } from '../../../support/rejection';

describe('createBacklogReader', () => {
  let database: TestDatabase;
  let db: Knex;
  let owner: Knex;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    owner = createDatabase(database.ownerUrl);
  });
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  /** A database that counts its queries; each waits for `ready` first. */
  function counting(ready: () => Promise<void> = () => Promise.resolve()) {
    const count = { queries: 0, atOnce: 0, mostAtOnce: 0 };
    const raw = async (...args: Parameters<Knex['raw']>): Promise<unknown> => {
      count.queries++;
      count.mostAtOnce = Math.max(count.mostAtOnce, ++count.atOnce);
      try {
        await ready();
        return await db.raw(...args);
      } finally {
        count.atOnce--;
      }
    };
    const countingDb = Object.assign(Object.create(null) as object, { raw, fn: db.fn });
    return { count, countingDb: countingDb as unknown as Knex };
  }

  it('reads at most once in five seconds, however many ask', async () => {
    let now = 0;
    const { count, countingDb } = counting();
    const readBacklog = createBacklogReader({ db: countingDb, now: () => now });
    await Promise.all([readBacklog(), readBacklog(), readBacklog()]);
    expect(count).to.deep.include({ queries: 2, mostAtOnce: 1 });
    now = 4999;
    await readBacklog();
    expect(count.queries).to.equal(2);
    now = 5000;
    await readBacklog();
    expect(count.queries).to.equal(4);
  });

  it('never reads twice at the same time, however long it takes', async () => {
    let now = 0;
    let open: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (open = resolve));
    const { count, countingDb } = counting(() => closed);
    const readBacklog = createBacklogReader({ db: countingDb, now: () => now });
    const first = readBacklog();
    now = 60_000;
    const second = readBacklog();
    open();
    expect(await first).to.equal(await second);
    expect(count).to.deep.include({ queries: 2, mostAtOnce: 1 });
  });

  it('reads again five seconds after a failure, and not sooner', async () => {
    let now = 0;
    let isAway = true;
    const { count, countingDb } = counting(() =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve(),
    );
    const readBacklog = createBacklogReader({ db: countingDb, now: () => now });
    const both = await Promise.all([rejection(readBacklog()), rejection(readBacklog())]);
    expect(both.map(({ message }) => message)).to.deep.equal(['away', 'away']);
    await rejection(readBacklog());
    expect(count.queries).to.equal(1);
    isAway = false;
    now = 5000;
    expect(await readBacklog()).to.have.property('oldestQueuedEmailSeconds');
  });

  it('reads by index only, and no rows that are done', async () => {
    for (let n = 0; n < 2000; n += 100) {
      await Promise.all(Array.from({ length: 100 }, () => addLead(owner)));
    }
    await owner('outbox').update({ state: 'SENT', sent_at: owner.fn.now() });
    await owner.raw('vacuum analyze outbox');
    await owner.raw('vacuum analyze leads');
    const asked: string[] = [];
    const raw = (sql: string, bindings: Knex.RawBinding[] = []) => {
      asked.push(sql);
      return db.raw(sql, bindings);
    };
    await createBacklogReader({ db: { raw, fn: db.fn } as unknown as Knex })();
    const { rows } = await db.raw<{ rows: { 'QUERY PLAN': string }[] }>(`explain ${asked.at(-1)!}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan)
      .to.match(/Index.* using outbox_by_state/)
      .and.match(/using leads_by_/);
    expect(plan).to.not.match(/Seq Scan on (leads|outbox|sweeps)/);
  });
});
