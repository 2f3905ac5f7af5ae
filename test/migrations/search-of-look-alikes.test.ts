import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrationConfig } from '../../migrations/config';
import { migrate } from '../../migrations/run';
import { addLead } from '../support/apps/leads';
import { createEmptyDatabase, type TestDatabase } from '../support/process/postgres';
import { rejection } from '../support/rejection';

interface Version {
  id: string;
  updated_at: Date;
  version: string;
}

describe('013_search_of_look_alikes', () => {
  const name = '013_search_of_look_alikes';
  let database: TestDatabase;
  let db: Knex;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    db = knex({ ...migrationConfig, connection: database.ownerUrl });
    while ((await next()) !== name) await db.migrate.up();
  });

  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const next = async () => {
    const [, pending] = (await db.migrate.list()) as [unknown, { file: string }[]];
    return pending[0]?.file;
  };
  const find = (pattern: string) =>
    db('leads').whereLike('search_text', pattern).orderBy('id').pluck<string[]>('id');
  const versions = () =>
    db('leads')
      .orderBy('id')
      .select<Version[]>('id', 'updated_at', db.raw('xmin::text as version'));

  it('indexes anew the leads that it finds otherwise, and touches no other', async () => {
    const ordinary = await addLead(db, { email: 'ann@example.com' });
    const maqaf = await addLead(db, { last_name: 'בר־לב', updated_at: '2026-01-01T00:00:00Z' });
    expect(await find('%בר לב%')).to.be.empty;
    const before = await versions();
    await migrate(database.ownerUrl);
    expect(await find('%בר לב%')).to.deep.equal([maqaf]);
    expect(await db('leads').where({ id: maqaf }).pluck('sort_name')).to.deep.equal([
      'בר לב carla',
    ]);
    const after = await versions();
    const of = (id: string) => (row: { id: string }) => row.id === id;
    expect(after.find(of(ordinary))).to.deep.equal(before.find(of(ordinary)));
    expect(after.find(of(maqaf))?.updated_at).to.deep.equal(new Date('2026-01-01T00:00:00Z'));
  });

  it('keeps the batches of a run that was broken off, and goes on from there', async () => {
    await db.raw(`insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256)
      select (lpad(i::text, 8, '0') || '-0000-4000-8000-000000000000')::uuid, 'Ann', 'O''Neil', 'ann@example.com',
        'resumes/' || gen_random_uuid(), 'cv.pdf', 'pdf', 1, repeat('0', 64)
      from generate_series(1, 2500) as i`);
    await db.raw(`create function stop() returns trigger language plpgsql as
        $$ begin raise exception 'stopped'; end $$;
      create trigger stop before update on leads for each row
        when (new.id = '00001500-0000-4000-8000-000000000000') execute function stop()`);
    expect((await rejection(migrate(database.ownerUrl))).message).to.include('stopped');
    expect(await find('%oneil%')).to.have.length(1000);
    const done = (await versions()).slice(0, 1000);
    await db.raw('drop trigger stop on leads');
    await migrate(database.ownerUrl);
    expect(await find('%oneil%')).to.have.length(2500);
    expect((await versions()).slice(0, 1000)).to.deep.equal(done);
  });

  it('finds the lead whose insert was not over when the functions were replaced', async () => {
    const submission = await db.transaction();
    const id = await addLead(submission, { last_name: 'בר־לב' });
    const migrated = migrate(database.ownerUrl);
    const waits = db('pg_locks').whereRaw("relation = 'leads'::regclass and not granted").first();
    while ((await waits.clone()) === undefined) await sleep(10);
    await submission.commit();
    await migrated;
    expect(await find('%בר לב%')).to.deep.equal([id]);
  });

  it('lets changes of a lead be seen in its time, before and after it is undone', async () => {
    const id = await addLead(db, { updated_at: '2026-01-01T00:00:00Z' });
    const changed = async (values: object) => {
      const [before] = await db('leads').where({ id }).pluck<Date[]>('updated_at');
      await db('leads').where({ id }).update(values);
      const [after] = await db('leads').where({ id }).pluck<Date[]>('updated_at');
      return Number(after) > Number(before);
    };
    await migrate(database.ownerUrl);
    expect(await changed({ flagged_reason: 'honeypot' })).to.equal(true);
    expect(await changed({ first_name: 'Zoë' })).to.equal(true);
    expect(await changed({ search_text: ' indexed anew' })).to.equal(false);
    await db.migrate.down({ name });
    expect(await changed({ flagged_reason: null })).to.equal(true);
    expect(await migrate(database.ownerUrl)).to.deep.equal([name]);
    expect(await find('% zoe moreno %')).to.deep.equal([id]);
  });
});
