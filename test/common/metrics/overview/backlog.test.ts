import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../../common/database/connect';
import { createBacklogReader } from '../../../../common/metrics/overview/backlog';
import { addLead } from '../../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../../support/process/postgres';
import { rejection } from '../../../support/rejection';

describe('the figures of the desk', () => {
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

  /** The database, with its queries counted; each waits for `gate`. */
  function watched(gate: () => Promise<void> = () => Promise.resolve()) {
    const watch = { queries: 0, atOnce: 0, mostAtOnce: 0 };
    const raw = async (...args: Parameters<Knex['raw']>): Promise<unknown> => {
      watch.queries++;
      watch.mostAtOnce = Math.max(watch.mostAtOnce, ++watch.atOnce);
      try {
        await gate();
        return await db.raw(...args);
      } finally {
        watch.atOnce--;
      }
    };
    const deskDb = Object.assign(Object.create(null) as object, { raw, fn: db.fn });
    return { watch, deskDb: deskDb as unknown as Knex };
  }

  it('are read at most once in five seconds, however many ask', async () => {
    let now = 0;
    const { watch, deskDb } = watched();
    const figures = createBacklogReader({ db: deskDb, now: () => now });
    await Promise.all([figures(), figures(), figures()]);
    expect(watch).to.deep.include({ queries: 2, mostAtOnce: 1 });
    now = 4999;
    await figures();
    expect(watch.queries).to.equal(2);
    now = 5000;
    await figures();
    expect(watch.queries).to.equal(4);
  });

  it('are never read twice at the same time, however long it takes', async () => {
    let now = 0;
    let open: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (open = resolve));
    const { watch, deskDb } = watched(() => closed);
    const figures = createBacklogReader({ db: deskDb, now: () => now });
    const first = figures();
    now = 60_000;
    const second = figures();
    open();
    expect(await first).to.equal(await second);
    expect(watch).to.deep.include({ queries: 2, mostAtOnce: 1 });
  });

  it('are tried again after a failure, and not sooner than that', async () => {
    let now = 0;
    let isAway = true;
    const { watch, deskDb } = watched(() =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve(),
    );
    const figures = createBacklogReader({ db: deskDb, now: () => now });
    const both = await Promise.all([rejection(figures()), rejection(figures())]);
    expect(both.map(({ message }) => message)).to.deep.equal(['away', 'away']);
    await rejection(figures());
    expect(watch.queries).to.equal(1);
    isAway = false;
    now = 5000;
    expect(await figures()).to.have.property('oldestQueuedMail');
  });

  it('are found by index, without a look at what is sent and done', async () => {
    const bulk = Array.from({ length: 2000 }, () => addLead(owner));
    await Promise.all(bulk);
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
