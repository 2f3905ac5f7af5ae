import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { reference } from '../../common/leads/reference';
import { addLead } from '../support/apps/leads';
import { databaseAt, type DatabaseAt } from '../support/process/database-at';
import { rejection } from '../support/rejection';

const name = '014_rows_refused';
const received = { updated_at: '2026-01-01T00:00:00Z', created_at: '2026-01-01T00:00:00Z' };

describe(name, () => {
  let at: DatabaseAt;
  let db: Knex;
  beforeEach(async () => {
    at = await databaseAt(name);
    ({ db } = at);
  });
  afterEach(() => at.close());

  const isRefused = async (values: object) =>
    ((await addLead(db, { ...values }).catch((error: unknown) => error)) as { code?: string }).code;
  const state = async () => ({
    indexes: await db('pg_index')
      .joinRaw('join pg_class on pg_class.oid = indexrelid')
      .whereLike('relname', 'leads%resume_key')
      .select('relname', 'indisunique', 'indisvalid'),
    constraint: await db('pg_constraint')
      .where({ conname: 'leads_unfit_characters' })
      .pluck<boolean[]>('convalidated'),
    triggers: await db('pg_trigger')
      .whereRaw("tgrelid = 'leads'::regclass and not tgisinternal")
      .orderBy('tgname')
      .select('tgname', 'tgenabled'),
  });
  const finished = {
    indexes: [{ relname: 'leads_resume_key', indisunique: true, indisvalid: true }],
    constraint: [true],
    triggers: [
      'leads_fill_search',
      'leads_queue_mails',
      'leads_refuse_other_content',
      'leads_touch',
    ].map((tgname) => ({ tgname, tgenabled: 'O' })),
  };

  it('replaces control characters, and says in which leads, but not the names', async () => {
    await at.down();
    const values = {
      first_name: 'A\u0007nn\u202e',
      last_name: '\u2028Lee',
      email: 'a\n@b.example',
      resume_filename: 'cv\u0085\u2066.pdf',
    };
    const id = await addLead(db, { ...received, ...values });
    const ordinary = await addLead(db, { ...received, first_name: 'Zoë\u200d' });
    const printed = await at.up();
    const repaired: unknown = await db('leads')
      .where({ id })
      .first('first_name', 'last_name', 'email', 'resume_filename', 'sort_name', 'updated_at');
    expect(repaired).to.deep.equal({
      first_name: 'A nn ',
      last_name: ' Lee',
      email: 'a @b.example',
      resume_filename: 'cv  .pdf',
      sort_name: 'lee a nn ',
      updated_at: new Date(received.updated_at),
    });
    expect(await db('leads').where({ id: ordinary }).pluck('first_name')).to.deep.equal([
      'Zoë\u200d',
    ]);
    expect(printed).to.deep.equal([
      `Replaced control characters by spaces in ${reference(id)}.`,
      'Leads with control characters: 1.',
    ]);
    await db('leads').where({ id }).update({ flagged_reason: 'x' });
    expect(await state()).to.deep.equal(finished);
  });

  it('is repeated after it was broken off in the middle', async () => {
    await at.down();
    const resume_key = `resumes/${randomUUID()}`;
    for (let i = 0; i < 3; i++) await addLead(db, { resume_key });
    const spoilt = await addLead(db, { first_name: 'A\nnn' });
    await db.raw(`create function stop() returns trigger language plpgsql as
        $$ begin raise exception 'stopped'; end $$;
      create trigger stop before update of first_name on leads execute function stop();
      create trigger stop before insert on resume_problems execute function stop()`);
    expect((await rejection(at.up())).message).to.include('stopped');
    await db('leads').where({ id: spoilt }).update({ flagged_reason: 'x' }); // not refused yet
    await db.raw('drop trigger stop on leads');
    expect((await rejection(at.up())).message).to.include('stopped');
    expect(await db('leads').where({ id: spoilt }).pluck('first_name')).to.deep.equal(['A nn']);
    expect(await isRefused({ resume_key }), 'before the index').to.equal('23505');
    expect(await isRefused({ first_name: 'A\nnn' }), 'before the constraint').to.equal('23514');
    await db.raw('drop trigger stop on resume_problems');
    await rejection(
      Promise.resolve(
        db.raw('create unique index concurrently leads_resume_key on leads (resume_key)'),
      ),
    ); // leaves an invalid index
    await at.up();
    expect(await state()).to.deep.equal(finished);
    expect(await db('resume_problems')).to.have.length(2);
    await at.down();
    await at.up();
    expect(await state()).to.deep.equal(finished);
  });

  it('is undone whole', async () => {
    const before = await state();
    await at.down();
    const undone = await state();
    expect(undone).to.deep.equal({
      ...before,
      indexes: [{ relname: 'leads_by_resume_key', indisunique: false, indisvalid: true }],
      constraint: [],
    });
    const resume_key = `resumes/${randomUUID()}`;
    const id = await addLead(db, { first_name: 'A\nnn', resume_key });
    await addLead(db, { resume_key });
    expect(await isRefused({ id, first_name: 'Bob' })).to.equal('LI409');
  });
});
