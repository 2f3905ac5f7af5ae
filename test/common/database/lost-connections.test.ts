import { expect } from 'chai';
import type { Knex } from 'knex';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, preparedAs } from '../../../common/database/connect';
import { isOutage } from '../../../common/database/is-outage';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';
import { rejection } from '../../support/rejection';

describe('a pool whose connections are no longer what they were', () => {
  let database: TestDatabase;
  let db: Knex;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.ownerUrl);
    await db.raw('create table mine (id int)');
  });

  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const list = () => db('mine').select<unknown[]>('*').options(preparedAs('list'));
  const add = (id: number) => db('mine').insert({ id });
  const pid = async () => {
    const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
    return rows[0]!.pid;
  };

  const lost: [what: string, code: string, lose: () => PromiseLike<unknown>][] = [
    [
      'its prepared statements are gone',
      '26000',
      () => list().then(() => db.raw<unknown>('discard all')),
    ],
    ['another has prepared that name', '42P05', () => db.raw('prepare list as select 1')],
    [
      'a migration has changed a type',
      '0A000',
      () => list().then(() => db.raw<unknown>('alter table mine alter id type bigint')),
    ],
  ];
  for (const [what, code, lose] of lost) {
    it(`gives a connection up when ${what}`, async () => {
      await lose();
      const before = await pid();
      const error = await rejection(Promise.resolve(list()));
      expect(error).to.include({ code });
      expect(isOutage(error)).to.equal(true);
      expect(await list()).to.deep.equal([]);
      expect(await pid()).to.not.equal(before);
    });
  }

  it('gives all connections up when one of them is read-only', async () => {
    const fence = () => db.raw('set default_transaction_read_only = on; select pg_sleep(0.1)');
    await Promise.all([fence(), fence(), fence()]);
    const error = await rejection(Promise.resolve(add(1)));
    expect(error).to.include({ code: '25006' });
    expect(isOutage(error)).to.equal(true);
    await Promise.all([add(2), add(3), add(4)]);
    expect(await list()).to.have.length(3);
  });
});

describe('a pool that nobody lets in', () => {
  let attempts = 0;
  let server: Server;
  let db: Knex;

  before(async () => {
    server = createServer((socket) => {
      attempts++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    db = createDatabase(`postgres://u:p@127.0.0.1:${port}/d`);
  });

  after(async () => {
    await db.destroy();
    server.close();
  });

  it('knocks a few times a second, and reports the last refusal to everybody', async () => {
    const started = performance.now();
    while (performance.now() - started < 1000) {
      const errors = await Promise.all(
        Array.from({ length: 20 }, () => rejection(Promise.resolve(db.raw('select 1')))),
      );
      for (const error of errors) {
        expect(isOutage(error)).to.equal(true);
        expect(error.message).to.match(/^(Connection terminated unexpectedly|read ECONNRESET)$/);
      }
      await sleep(10);
    }
    expect(attempts).to.be.within(10, 20); // the first ones at once, one for each of the pool
  });
});
