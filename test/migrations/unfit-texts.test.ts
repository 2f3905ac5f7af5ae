import { expect } from 'chai';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { createDatabase } from '../../common/database/connect';
import { resumeTypes } from '../../common/resumes/resume-type';
import { cleanFilename } from '../../public-server/resume-check/filename';
import { readFields } from '../../public-server/submissions/fields';
import { addLead } from '../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../support/process/postgres';

describe('leads_unfit_characters', () => {
  let database: TestDatabase;
  let db: Knex;
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.ownerUrl);
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const isRefused = async (values: object) =>
    ((await addLead(db, { ...values }).catch((error: unknown) => error)) as { code?: string }).code;

  it('refuses every such character in every text', async () => {
    const inRanges = [
      [0x01, 0x1f],
      [0x7f, 0x9f],
      [0x2028, 0x2029],
      [0x202a, 0x202e],
      [0x2066, 0x2069],
    ].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    for (const code of inRanges) {
      const text = `a${String.fromCharCode(code)}b`;
      for (const column of ['first_name', 'last_name', 'email', 'resume_filename']) {
        expect(await isRefused({ [column]: text }), `${column} ${code}`).to.equal('23514');
      }
      expect(readFields({ first_name: text, last_name: 'Lee', email: 'a@b.example' }))
        .to.have //
        .property('errors');
    }
  });

  it('refuses nothing that the form accepts', async () => {
    const neighbours = Array.from(
      '\u00a0\u00ad\u061c\u200b\u200e\u200f\u2027\u202f\u2065\u206a\ufeffa\u0301.',
    );
    const text = fc.oneof(
      ...['binary' as const, fc.constantFrom(...neighbours)].map((unit) =>
        fc.string({ unit, minLength: 1, maxLength: 120 }),
      ),
    );
    const given = fc.record({
      first_name: text,
      last_name: text,
      email: fc.oneof(fc.emailAddress(), text),
      resume_filename: text,
    });
    const trx = await db.transaction();
    await fc.assert(
      fc.asyncProperty(given, fc.constantFrom(...resumeTypes), async (each, resume_type) => {
        const names = readFields({ ...each, email: 'a@b.example' });
        const email = readFields({ first_name: 'A', last_name: 'B', email: each.email });
        const resume_filename = cleanFilename(each.resume_filename, resume_type);
        const row = { ...names.values, resume_type, resume_filename };
        await addLead(trx, email.values ? { ...row, email: email.values.email } : row);
      }),
      { numRuns: 2000 },
    );
    expect(Number((await trx('leads').count<{ n: string }[]>({ n: '*' }))[0]?.n)).to.equal(2000);
    await trx.rollback();
  });
});
