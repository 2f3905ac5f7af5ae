import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { up } from '../../migrations/012_odt_resumes';
import { migrationConfig } from '../../migrations/config';
import { addLead } from '../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';
import { rejection } from '../support/rejection';

const migration = '012_odt_resumes';
const odt = { resume_type: 'odt', resume_filename: 'Résumé.ODT' };

describe(migration, () => {
  let database: TestDatabase;
  let db: Knex;
  before(async () => {
    database = await createTestDatabase();
    const log = { warn: () => undefined };
    db = knex({ ...migrationConfig, connection: database.ownerUrl, log });
    while ((await last()) !== migration) await db.migrate.down();
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const last = async () =>
    (await db('knex_migrations').max('name as name').first())?.name as string;
  const typeOf = async (id: string) =>
    (await db('leads').where({ id }).first<{ resume_type: string }>('resume_type')).resume_type;
  const isValidated = async () => {
    const constraint = await db('pg_constraint')
      .where({ conname: 'leads_resume_type_check' })
      .first<{ convalidated: boolean }>('convalidated');
    return constraint.convalidated;
  };

  it('allows ODT and still no other type', async () => {
    expect(await typeOf(await addLead(db, odt))).to.equal('odt');
    expect(await rejection(addLead(db, { resume_type: 'exe' }))).to.include({ code: '23514' });
    expect(await isValidated()).to.equal(true);
  });

  it('keeps the leads with ODT when it is undone, and knows them again', async () => {
    const id = await addLead(db, odt);
    const other = await addLead(db, { resume_type: 'docx', resume_filename: 'odt.docx' });
    await db.migrate.down();
    expect(await typeOf(id)).to.equal('docx');
    await db('leads').where({ id }).update({ flagged_reason: 'x' }); // as an earlier version would
    expect(await rejection(addLead(db, odt))).to.include({ code: '23514' });
    expect(await isValidated()).to.equal(true);
    await db.migrate.up({ name: migration });
    expect(await typeOf(id)).to.equal('odt');
    expect(await typeOf(other)).to.equal('docx');
  });

  it('lets submissions in while it checks the rows that exist', async () => {
    await db.migrate.down();
    const reader = await db.transaction();
    await reader.raw('lock table leads in access share mode'); // the new constraint waits for it
    const migrated = db.migrate.up({ name: migration }) as Promise<unknown>;
    await waitingLocks(1);
    const other = await db.transaction(); // the check of the rows will wait for this one
    const locked = other.raw('lock table leads in share update exclusive mode').then();
    await waitingLocks(2);
    await reader.commit();
    await locked;
    expect(await isValidated()).to.equal(false);
    await addLead(db, odt);
    await other.commit();
    await migrated;
    expect(await isValidated()).to.equal(true);
  });

  it('waits for a reader of the table, and lets submissions pass meanwhile', async () => {
    await db.migrate.down();
    const reader = await db.transaction();
    await reader.raw('lock table leads in access share mode');
    const migrated = db.migrate.up({ name: migration }) as Promise<unknown>;
    await waitingLocks(1);
    await addLead(db);
    await waitingLocks(1); // once more
    await reader.commit();
    await migrated;
    expect(await isValidated()).to.equal(true);
  });

  async function waitingLocks(count: number): Promise<void> {
    for (;;) {
      const waiting = await db('pg_locks').whereRaw("relation = 'leads'::regclass and not granted");
      if (waiting.length === count) return;
      await sleep(10);
    }
  }

  it('can be repeated after it was broken off', async () => {
    await up(db);
    await up(db);
    expect(await isValidated()).to.equal(true);
  });
});
