import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import { migrationConfig } from '../../migrations/config';
import { DataLossError } from '../../migrations/data-loss';
import { addLead } from '../support/apps/leads';
import { rejection } from '../support/rejection';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';

const sweep = `insert into sweeps (started_at, outcome, objects, foreign_objects, leads, orphans,
  deleted, missing, damaged, hashed) values (now(), 'DONE', 0, 0, 0, 0, 0, 0, 0, 0)`;
const event = "insert into audit_events (actor, action) values ('system', 'X')";
const account = `insert into accounts (email, name, role, password_hash)
  values ('ann@firm.example', 'Ann', 'ADMIN', '')`;
const lead = (db: Knex) => addLead(db);

describe('refuseDataLoss', () => {
  let database: TestDatabase;
  let db: Knex;
  beforeEach(async () => {
    database = await createTestDatabase();
    db = knex({
      ...migrationConfig,
      connection: database.ownerUrl,
      log: { warn: () => undefined },
    });
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const last = async () =>
    (await db('knex_migrations').max('name as name').first())?.name as string;

  for (const [migration, fill, lost] of [
    ['009_leads_of_nobody', lead, []],
    ['008_search_by_name', lead, []],
    ['007_sweeps', sweep, ['sweeps']],
    ['006_search', lead, ['leads.search_text', 'leads.sort_name']],
    ['005_audit_events', event, ['audit_events']],
    ['004_outbox', lead, ['outbox']],
    ['003_leads', lead, ['leads']],
    ['002_accounts', account, ['accounts']],
    ['001_roles', undefined, []],
  ] as const) {
    const outcome = lost.length > 0 ? `refuses to lose ${lost.join(', ')}` : 'loses nothing';
    it(`${outcome} when it undoes ${migration}, and undoes it where there is no data`, async () => {
      while ((await last()) !== migration) await db.migrate.down();
      if (typeof fill === 'string') await db.raw(fill);
      else await fill?.(db);
      if (lost.length > 0) {
        const error = await rejection(db.migrate.down() as Promise<unknown>);
        expect(error).to.be.an.instanceof(DataLossError).and.to.deep.include({ lost });
        expect(await last()).to.equal(migration);
        for (const table of ['leads', 'accounts', 'audit_events', 'sweeps']) {
          if (await db.schema.hasTable(table)) await db(table).delete();
        }
      }
      await db.migrate.down();
      expect(await last()).to.not.equal(migration);
    });
  }

  it('keeps a table whose rows are still being written', async () => {
    while ((await last()) !== '007_sweeps') await db.migrate.down();
    const writer = await db.transaction();
    await writer.raw(sweep);
    const undone = db.migrate.down() as Promise<unknown>;
    undone.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await writer.commit();
    expect(await rejection(undone)).to.be.an.instanceof(DataLossError);
    expect(await db('sweeps')).to.have.length(1);
  });
});
