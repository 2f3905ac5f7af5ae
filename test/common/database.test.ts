import { expect } from 'chai';
import { createDatabase } from '../../common/database';
import { startProxy } from '../outages/proxy';
import { createTestDatabase } from '../support/postgres';
import { rejection } from '../support/rejection';

describe('the pool of a database', () => {
  it('gives up a connection that died without a word', async () => {
    const database = await createTestDatabase();
    const url = new URL(database.publicUrl);
    const proxy = await startProxy(Number(url.port));
    url.port = String(proxy.port);
    const db = createDatabase(url.href, { queryTimeoutMs: 1000 });
    await db.raw('select 1');

    proxy.abandon();
    expect(await rejection(db.raw('select 1')))
      .to.have.property('message')
      .that.includes('timeout');
    await proxy.mend();
    await db.raw('select 1');
    await db.destroy();
    await proxy.close();
    await database.drop();
  });
});
