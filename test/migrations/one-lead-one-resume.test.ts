import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { reference } from '../../common/leads/reference';
import { buildUniqueIndex } from '../../migrations/one-lead-one-resume';
import { addLead } from '../support/apps/leads';
import { databaseAt, type DatabaseAt } from '../support/process/database-at';
import { rejection } from '../support/rejection';

const name = '014_rows_refused';
const received = { updated_at: '2026-01-01T00:00:00Z', created_at: '2026-01-01T00:00:00Z' };

describe('leads_resume_key', () => {
  let at: DatabaseAt;
  let db: Knex;
  beforeEach(async () => {
    at = await databaseAt(name);
    ({ db } = at);
  });
  afterEach(() => at.close());

  const keyOf = async (id: string) =>
    (await db('leads').where({ id }).pluck<string[]>('resume_key'))[0];
  const isUnique = () =>
    db('pg_index')
      .whereRaw("indexrelid = 'leads_resume_key'::regclass")
      .first('indisunique', 'indisvalid') as Promise<unknown>;

  it('leaves a resume to the earliest lead, and says which others got a key of their own', async () => {
    await at.down();
    const resume_key = `resumes/${randomUUID()}`;
    const second = await addLead(db, {
      ...received,
      resume_key,
      created_at: '2026-01-03T00:00:00Z',
    });
    const first = await addLead(db, {
      ...received,
      resume_key,
      created_at: '2026-01-02T00:00:00Z',
    });
    const other = await addLead(db);
    const otherKey = await keyOf(other);
    await db('resume_problems').insert({ lead_id: second, problem: 'WRONG_HASH' });
    const printed = await at.up();
    expect(await keyOf(first)).to.equal(resume_key);
    expect(await keyOf(other)).to.equal(otherKey);
    const key = await keyOf(second);
    expect(key)
      .to.match(/^resumes\/[0-9a-f-]{36}$/)
      .and.not.equal(resume_key);
    expect(await db('resume_problems').select('lead_id', 'problem')).to.deep.equal([
      { lead_id: second, problem: 'MISSING' },
    ]);
    expect(printed).to.deep.equal([
      `Lead ${reference(second)} named the resume of another lead, ${resume_key}; now ${key}.`,
      'Leads that named the resume of another: 1.',
    ]);
    const times = await db('leads').whereIn('id', [first, second]).pluck<Date[]>('updated_at');
    expect(times).to.deep.equal(Array(2).fill(new Date(received.updated_at)));
    expect(await isUnique()).to.deep.equal({ indisunique: true, indisvalid: true });
    expect(await rejection(addLead(db, { resume_key }))).to.include({ code: '23505' });
  });

  it('builds the index again when a resume was inserted twice meanwhile', async () => {
    await db.raw('drop index leads_resume_key');
    const resume_key = `resumes/${randomUUID()}`;
    const writers = await Promise.all([1, 2].map(() => db.transaction()));
    for (const writer of writers) {
      await addLead(writer);
      await addLead(writer, { resume_key }); // each passes, because neither sees the other
    }
    const built = buildUniqueIndex(db);
    const waits = db('pg_stat_activity').whereLike('query', 'create unique index%').where({
      wait_event_type: 'Lock',
    });
    while ((await waits.clone().first()) === undefined) await sleep(10);
    for (const writer of writers) await writer.commit();
    await built;
    expect(await isUnique()).to.deep.equal({ indisunique: true, indisvalid: true });
    expect(await db('leads').where({ resume_key })).to.have.length(1);
    expect(await db('leads')).to.have.length(4);
  });
});
