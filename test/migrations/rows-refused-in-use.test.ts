import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { createDatabase } from '../../common/database/connect';
import { databaseAt, type DatabaseAt } from '../support/process/database-at';
import { rejection } from '../support/rejection';

const name = '014_rows_refused';

describe(`${name} on a database in use`, () => {
  let at: DatabaseAt;
  let db: Knex;
  beforeEach(async () => {
    at = await databaseAt(name);
    ({ db } = at);
  });
  afterEach(() => at.close());

  it('loses nothing that an earlier server submits while 20,000 leads are repaired', async () => {
    await at.down();
    await db.raw(`insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
        resume_type, resume_bytes, resume_sha256)
      select gen_random_uuid(), case when i % 20 = 0 then E'A\\nnn' else 'Ann' end, 'Lee', i || '@example.com',
        'resumes/' || lpad((i - (i % 50 = 0)::int)::text, 36, '0'), 'cv.pdf', 'pdf', 1, repeat('0', 64)
      from generate_series(1, 20000) as i`);
    const facing = createDatabase(at.database.publicUrl);
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
    await at.up();
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
  });
});
