import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { createDatabase } from '../../common/database/connect';
import { DataLossError } from '../../migrations/data-loss';
import { addLead } from '../support/apps/leads';
import { databaseAt, type DatabaseAt } from '../support/process/database-at';
import { rejection } from '../support/rejection';

const name = '019_opened_leads';
const early = new Date('2026-01-02T03:04:05.678Z');
const late = new Date('2026-02-02T03:04:05.678Z');

describe(name, () => {
  let at: DatabaseAt;
  let db: Knex;
  let account: string;

  beforeEach(async () => {
    at = await databaseAt(name);
    ({ db } = at);
    const row = { email: 'ann@firm.example', name: 'Ann', role: 'ADMIN', password_hash: '' };
    const [added] = await db('accounts').insert(row).returning<{ id: string }[]>('id');
    account = added!.id;
  });
  afterEach(() => at.close());

  const openings = async () =>
    Object.fromEntries(
      (await db('leads').select<{ id: string; opened_at: Date | null }[]>('id', 'opened_at')).map(
        (lead) => [lead.id, lead.opened_at],
      ),
    );
  const event = (actor: string, lead_id: string, time: Date, action = 'LEAD_OPENED') =>
    db('audit_events').insert({ actor, action, lead_id, at: time });
  const outreach = () => ({
    ...{ state: 'REACHED_OUT', reached_out_at: late, reached_out_by: account },
  });

  it('counts as opened what an account worked on, and leaves the time of the last change', async () => {
    await at.down();
    const updated_at = new Date('2026-03-03T03:03:03.000Z');
    const add = (overrides = {}) => addLead(db, { ...overrides, updated_at });
    const untouched = await add();
    const opened = await add();
    await event('system', opened, new Date(0), 'MAIL_SENT');
    await event(account, opened, late);
    await event(account, opened, early, 'ASSIGNED');
    const openedAndReached = await add(outreach());
    await event(account, openedAndReached, early);
    const reached = await add(outreach()); // whose events are deleted
    await at.up();
    expect(await openings()).to.deep.equal({
      [untouched]: null,
      [opened]: early,
      [openedAndReached]: early,
      [reached]: late,
    });
    expect(await db('leads').distinct().pluck('updated_at')).to.deep.equal([updated_at]);
  });

  it('goes on from the batches of a run that was broken off', async () => {
    await at.down();
    await db.raw(
      `insert into leads (id, first_name, last_name, email, resume_key, resume_filename, resume_type,
        resume_bytes, resume_sha256, state, reached_out_at, reached_out_by)
      select (lpad(i::text, 8, '0') || '-0000-4000-8000-000000000000')::uuid, 'Ann', 'Lee',
        'ann@example.com', 'resumes/' || gen_random_uuid(), 'cv.pdf', 'pdf', 1, repeat('0', 64),
        'REACHED_OUT', now(), ? from generate_series(1, 2500) as i`,
      [account],
    );
    await db.raw(`create function stop() returns trigger language plpgsql as
        $$ begin raise exception 'stopped'; end $$;
      create trigger stop before update on leads for each row
        when (new.id = '00001500-0000-4000-8000-000000000000') execute function stop()`);
    expect((await rejection(at.up())).message).to.include('stopped');
    const count = () => db('leads').whereNotNull('opened_at').pluck<string[]>('id');
    expect(await count()).to.have.length(1000);
    await db.raw('drop trigger stop on leads');
    await at.up();
    expect(await count()).to.have.length(2500);
  });

  it('keeps out nobody who submits or works meanwhile', async () => {
    await at.down();
    const id = await addLead(db);
    const facing = createDatabase(at.database.publicUrl);
    let isOver = false;
    let sent = 0;
    const write = async () => {
      while (!isOver) {
        await addLead(facing, { resume_key: `resumes/${randomUUID()}` });
        await db('leads').where({ id }).update({ assigned_to: account });
        sent++;
      }
    };
    const writing = write();
    await at.up();
    isOver = true;
    await writing;
    await facing.destroy();
    expect(sent).to.be.above(0);
    expect(await db('leads').whereNull('opened_at')).to.have.length(sent + 1);
  });

  it('is undone where nobody has opened a lead, and otherwise refuses', async () => {
    const id = await addLead(db);
    await db('leads').where({ id }).update({ opened_at: early });
    const error = await rejection(at.down());
    expect(error)
      .to.be.an.instanceof(DataLossError)
      .and.to.deep.include({ lost: ['leads.opened_at'] });
    await db('leads').update({ opened_at: null });
    await at.down();
    await db('leads').where({ id }).update({ assigned_to: account }); // the trigger works
  });
});

describe('leads.opened_at', () => {
  let at: DatabaseAt;
  let internal: Knex;
  beforeEach(async () => {
    at = await databaseAt(name);
    internal = createDatabase(at.database.internalUrl);
  });
  afterEach(async () => {
    await internal.destroy();
    await at.close();
  });

  const updated = async (id: string) =>
    (await internal('leads').where({ id }).first<{ updated_at: Date }>()).updated_at;

  it('changes no updated_at by itself, and together with a change does', async () => {
    const id = await addLead(at.db, { updated_at: early });
    await internal('leads').where({ id }).update({ opened_at: late });
    expect(await updated(id)).to.deep.equal(early);
    const opened_at = internal.raw("opened_at + interval '1 s'");
    await internal('leads').where({ id }).update({ opened_at, flagged_reason: 'honeypot' });
    expect(await updated(id)).to.be.above(late);
    await at.db('leads').where({ id }).update({ email: 'b@example.com', updated_at: early });
    expect(await updated(id)).to.be.above(late);
  });
});
