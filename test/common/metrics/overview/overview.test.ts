import { expect } from 'chai';
import type { Knex } from 'knex';
import { createAccountRepository } from '../../../../common/accounts/repository';
import { createDatabase } from '../../../../common/database/connect';
import { createOverview } from '../../../../common/metrics/overview/overview';
import { addLead } from '../../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../../support/process/postgres';

const hour = 3_600_000;
const day = 24 * hour;

describe('createOverview', () => {
  let database: TestDatabase;
  let db: Knex;
  let owner: Knex;
  let attorney: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    owner = createDatabase(database.ownerUrl);
    const ann = {
      email: 'ann@firm.example',
      name: 'Ann',
      role: 'ATTORNEY',
      passwordHash: 'x',
    } as const;
    attorney = (await createAccountRepository(db).create(ann, 'system'))!.id;
  });

  afterEach(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const waits = (age: number, more = {}) =>
    addLead(owner, { created_at: new Date(Date.now() - age), ...more });
  const reachedOut = (age: number, after: number, more = {}) => {
    const created = Date.now() - age;
    return addLead(owner, {
      created_at: new Date(created),
      state: 'REACHED_OUT',
      reached_out_at: new Date(created + after),
      reached_out_by: attorney,
      ...more,
    });
  };
  const read = () => createOverview({ db })();

  it('returns the median time to outreach of the last 30 days', async () => {
    await reachedOut(2 * day, 2 * hour);
    await reachedOut(3 * day, 4 * hour);
    await reachedOut(4 * day, 30 * hour);
    await reachedOut(60 * day, 20 * day); // 40 days ago
    await reachedOut(5 * day, hour, { flagged_reason: 'honeypot' });
    expect((await read()).medianSeconds).to.equal(4 * 3600);
  });

  it('returns no median when nobody reached out', async () => {
    await waits(hour);
    expect((await read()).medianSeconds).to.equal(null);
  });

  it('returns 30 days up to today, each with its submissions and outreaches', async () => {
    const today = new Date().toISOString().slice(0, 10);
    await waits(0);
    await reachedOut(3 * day, day);
    await waits(29 * day);
    await waits(40 * day);
    const { days } = await read();
    expect(days).to.have.length(30);
    expect(days.at(-1)).to.deep.equal({ day: today, submissions: 1, outreaches: 0 });
    expect(days.at(-4)).to.include({ submissions: 1, outreaches: 0 });
    expect(days.at(-3)).to.include({ submissions: 0, outreaches: 1 });
    expect(days[0]).to.include({ submissions: 1 });
  });

  it('counts the emails that were given up', async () => {
    await waits(hour);
    await owner('outbox').where({ kind: 'NOTIFICATION' }).update({ state: 'FAILED' });
    expect(await read()).to.include({ failedEmails: 1 });
  });

  it('reads once a minute, however many ask, and again right after a failure', async () => {
    let now = 0;
    let queries = 0;
    let fails = true;
    const raw = (...args: Parameters<Knex['raw']>) => {
      queries++;
      return fails ? Promise.reject(new Error('down')) : db.raw(...args);
    };
    const overview = createOverview({
      db: { raw } as unknown as Knex,
      now: () => now,
    });
    await overview().catch(() => undefined);
    fails = false;
    queries = 0;
    await Promise.all([overview(), overview(), overview()]);
    const once = queries;
    now = 59_999;
    await overview();
    expect(queries).to.equal(once);
    now = 60_000;
    await overview();
    expect(queries).to.equal(2 * once);
  });
});
