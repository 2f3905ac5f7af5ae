import { expect } from 'chai';
import { knex, type Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createDatabase } from '../../common/database/connect';
import { checkPrivileges } from '../../common/database/privileges/check';
import { createOutboxRepository } from '../../common/outbox/repository';
import { internalPrivileges } from '../../internal-server/privileges';
import { up } from '../../migrations/015_one_mailbox_one_email';
import { migrationConfig } from '../../migrations/config';
import { migrate } from '../../migrations/run';
import { addLead } from '../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';
import { rejection } from '../support/rejection';

const migration = '015_one_mailbox_one_email';

describe(migration, () => {
  let database: TestDatabase;
  let db: Knex;
  beforeEach(async () => {
    database = await createTestDatabase();
    const log = { warn: () => undefined };
    db = knex({ ...migrationConfig, connection: database.ownerUrl, log });
    while ((await last()) !== migration) await db.migrate.down();
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const last = async () =>
    (await db('knex_migrations').max('name as name').first())?.name as string;
  const indexes = async () => {
    const { rows } = await db.raw<{ rows: { definition: string }[] }>(
      `select pg_get_indexdef(indexrelid) as definition from pg_index
      where indrelid in ('leads'::regclass, 'outbox'::regclass) and indisvalid order by 1`,
    );
    return rows.map(({ definition }) => definition);
  };

  it('makes an index again that a run which was broken off left behind', async () => {
    const expected = await indexes();
    await db.migrate.down();
    const submission = await db.transaction();
    await addLead(submission);
    const client = new Client(database.ownerUrl);
    await client.connect();
    await client.query("set statement_timeout = '200ms'");
    const name = 'outbox_sent_singly';
    const brokenOff = client.query(`create index concurrently ${name} on outbox (id)`);
    expect((await rejection(brokenOff)).message).to.include('timeout');
    await submission.commit();
    await client.end();
    const left = db('pg_index').whereRaw('indexrelid = ?::regclass', [name]);
    expect(await left.pluck<boolean[]>('indisvalid')).to.deep.equal([false]);
    await up(db);
    expect(await indexes()).to.deep.equal(expected);
    await up(db); // a run that ended before it was recorded
    expect(await indexes()).to.deep.equal(expected);
    await db.migrate.up();
  });

  it('loses nothing when it is undone: what waits is an email by itself', async () => {
    for (let i = 0; i < 6; i++) await addLead(db);
    await db('outbox').where({ kind: 'ACKNOWLEDGEMENT' }).delete();
    const internal = createDatabase(database.internalUrl);
    const outbox = createOutboxRepository(internal);
    const claim = () => outbox.claim(16, { notifications: 1 });
    for (const email of await claim()) await outbox.markSent(email);
    const [gathered] = await claim();
    expect(gathered?.gatheredIds).to.have.length(4);
    await outbox.release([gathered!]);
    await db.migrate.down();
    const waiting = db('outbox').where({ state: 'QUEUED' }).whereNull('gathered_into');
    expect(await waiting).to.have.length(5);
    expect(await db.migrate.up()).to.deep.include([migration]);
    expect(await outbox.claim(16)).to.have.length(5);
    await db.migrate.latest();
    await checkPrivileges(internal, internalPrivileges);
    await internal.destroy();
  });

  it('is applied while another migration waits for it, and while leads arrive', async () => {
    await db.migrate.down();
    const submission = await db.transaction();
    await addLead(submission);
    const both = Promise.all([migrate(database.ownerUrl), migrate(database.ownerUrl)]);
    await sleep(1500);
    await addLead(db); // nobody waits behind the migration
    await submission.commit();
    const applied = (await both).flat();
    expect(applied.filter((name) => name === migration)).to.have.length(1);
  });
});
