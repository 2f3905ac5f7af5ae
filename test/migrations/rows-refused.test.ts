import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '../../common/database/connect';
import { reference } from '../../common/leads/reference';
import { migrationConfig } from '../../migrations/config';
import { buildUniqueIndex } from '../../migrations/one-lead-one-resume';
import { addLead } from '../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';
import { rejection } from '../support/rejection';

const name = '014_rows_refused';
const long = { updated_at: '2026-01-01T00:00:00Z', created_at: '2026-01-01T00:00:00Z' };

describe(name, () => {
  let database: TestDatabase;
  let db: Knex;
  let printed: string[];
  const { log } = console;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = knex({
      ...migrationConfig,
      connection: database.ownerUrl,
      log: { warn: () => undefined },
    });
    while ((await last()) !== name) await db.migrate.down();
    printed = [];
    console.log = (line: string) => void printed.push(line);
  });

  afterEach(async () => {
    console.log = log;
    await db.destroy();
    await database.drop();
  });

  const last = async () =>
    (await db('knex_migrations').max('name as name').first())?.name as string;
  const down = () => db.migrate.down({ name });
  const up = () => db.migrate.up({ name }) as Promise<unknown>;
  const keyOf = async (id: string) =>
    (await db('leads').where({ id }).pluck<string[]>('resume_key'))[0];
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

  it('leaves a resume to the earliest lead, and says which others got a key of their own', async () => {
    await down();
    const resume_key = `resumes/${randomUUID()}`;
    const second = await addLead(db, { ...long, resume_key, created_at: '2026-01-03T00:00:00Z' });
    const first = await addLead(db, { ...long, resume_key, created_at: '2026-01-02T00:00:00Z' });
    const other = await addLead(db);
    const otherKey = await keyOf(other);
    await db('resume_problems').insert({ lead_id: second, problem: 'WRONG_HASH' });
    await up();
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
      '1 leads named the resume of another lead.',
    ]);
    const times = await db('leads').whereIn('id', [first, second]).pluck<Date[]>('updated_at');
    expect(times).to.deep.equal(Array(2).fill(new Date(long.updated_at)));
    expect(await state()).to.deep.equal(finished);
    expect(await isRefused({ resume_key })).to.equal('23505');
  });

  it('replaces control characters, and says in which leads, but not the names', async () => {
    await down();
    const values = {
      first_name: 'A\u0007nn\u202e',
      last_name: '\u2028Lee',
      email: 'a\n@b.example',
      resume_filename: 'cv\u0085\u2066.pdf',
    };
    const id = await addLead(db, { ...long, ...values });
    const ordinary = await addLead(db, { ...long, first_name: 'Zoë\u200d' });
    await up();
    const repaired: unknown = await db('leads')
      .where({ id })
      .first('first_name', 'last_name', 'email', 'resume_filename', 'sort_name', 'updated_at');
    expect(repaired).to.deep.equal({
      first_name: 'A nn ',
      last_name: ' Lee',
      email: 'a @b.example',
      resume_filename: 'cv  .pdf',
      sort_name: 'lee a nn ',
      updated_at: new Date(long.updated_at),
    });
    expect(await db('leads').where({ id: ordinary }).pluck('first_name')).to.deep.equal([
      'Zoë\u200d',
    ]);
    expect(printed).to.deep.equal([
      `Replaced control characters by spaces in ${reference(id)}.`,
      '1 leads had control characters in their texts.',
    ]);
    await db('leads').where({ id }).update({ flagged_reason: 'x' });
    expect(await state()).to.deep.equal(finished);
  });

  it('is repeated after it was broken off in the middle', async () => {
    await down();
    const resume_key = `resumes/${randomUUID()}`;
    for (let i = 0; i < 3; i++) await addLead(db, { resume_key });
    const spoilt = await addLead(db, { first_name: 'A\nnn' });
    await db.raw(`create function stop() returns trigger language plpgsql as
        $$ begin raise exception 'stopped'; end $$;
      create trigger stop before insert on resume_problems execute function stop()`);
    expect((await rejection(up())).message).to.include('stopped');
    expect(await db('leads').where({ id: spoilt }).pluck('first_name')).to.deep.equal(['A nn']);
    expect(await isRefused({ resume_key }), 'before the index').to.equal('23505');
    expect(await isRefused({ first_name: 'A\nnn' }), 'before the constraint').to.equal('23514');
    await db.raw('drop trigger stop on resume_problems');
    await rejection(
      Promise.resolve(
        db.raw('create unique index concurrently leads_resume_key on leads (resume_key)'),
      ),
    ); // leaves an invalid index
    await up();
    expect(await state()).to.deep.equal(finished);
    expect(await db('resume_problems')).to.have.length(2);
    await down();
    await up();
    expect(await state()).to.deep.equal(finished);
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
    expect(await state()).to.deep.equal(finished);
    expect(await db('leads').where({ resume_key })).to.have.length(1);
    expect(await db('leads')).to.have.length(4);
  });

  it('is undone whole', async () => {
    const before = await state();
    await down();
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

  it('loses nothing that an earlier server submits while 20,000 leads are repaired', async () => {
    await down();
    await db.raw(`insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256)
      select gen_random_uuid(), case when i % 20 = 0 then E'A\\nnn' else 'Ann' end, 'Lee', i || '@example.com',
        'resumes/' || lpad((i - (i % 50 = 0)::int)::text, 36, '0'), 'cv.pdf', 'pdf', 1, repeat('0', 64)
      from generate_series(1, 20000) as i`);
    const facing = createDatabase(database.publicUrl);
    let isOver = false;
    const sent: string[] = [];
    const write = async () => {
      while (!isOver) {
        const row = {
          ...{ id: randomUUID(), first_name: 'Bob', last_name: 'Lee', email: 'bob@example.com' },
          ...{ resume_filename: 'cv.pdf', resume_type: 'pdf', resume_bytes: 1 },
          resume_sha256: '0'.repeat(64),
        };
        const insert = async (first_name: string) =>
          facing('leads')
            .insert<{ rowCount: number }>({
              ...row,
              first_name,
              resume_key: `resumes/${randomUUID()}`,
            })
            .onConflict()
            .ignore();
        expect((await insert('Bob')).rowCount).to.equal(1);
        expect((await insert('Bob')).rowCount).to.equal(0);
        expect(await rejection(insert('Eve'))).to.include({ code: 'LI409' });
        sent.push(row.id);
      }
    };
    const writers = [1, 2, 3, 4].map(write);
    await up();
    isOver = true;
    await Promise.all(writers);
    await facing.destroy();
    expect(sent.length).to.be.above(20);
    expect(await db('leads').whereIn('id', sent).where({ first_name: 'Bob' })).to.have.length(
      sent.length,
    );
    expect(Number((await db('leads').count<{ n: string }[]>({ n: '*' }))[0]?.n)).to.equal(
      20_000 + sent.length,
    );
    expect(await db('leads').where({ first_name: 'A nn' })).to.have.length(1000);
    expect(await db('resume_problems').where({ problem: 'MISSING' })).to.have.length(400);
    expect(await state()).to.deep.equal(finished);
  });
});
