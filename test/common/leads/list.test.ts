import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '../../../common/database/connect';
import { listLeads } from '../../../common/leads/list';
import { rejection } from '../../support/rejection';

describe('listLeads', () => {
  it('rejects once, and leaves no rejection unhandled, when the database is unavailable', async () => {
    const db = createDatabase('postgres://nobody@127.0.0.1:1/none');
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    const others = process.rawListeners('unhandledRejection') as ((error: unknown) => void)[];
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      const query = { flagged: false, sort: 'state', order: 'asc', limit: 25 } as const;
      expect(await rejection(listLeads(db, query))).to.include({ code: 'ECONNREFUSED' });
      await sleep(50);
    } finally {
      process.removeListener('unhandledRejection', note);
      for (const other of others) process.on('unhandledRejection', other);
      await db.destroy();
    }
    expect(unhandled).to.deep.equal([]);
  });
});
