import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createDatabase } from '../../common/database/connect';
import { resumeTypes } from '../../common/resumes/resume-type';
import { maxCharacters } from '../../public-server/resume-check/filename';
import {
  maxEntries,
  maxPartBytes,
  maxUnpackedBytes,
} from '../../public-server/resume-check/package';
import { readPublicConfig } from '../../public-server/config';
import { createTestDatabase } from '../support/process/postgres';

const page = readFileSync(path.join(__dirname, '../../docs/data.md'), 'utf8');
const mebibyte = 1024 * 1024;

describe('docs/data.md', () => {
  it('lists every type of resume', () => {
    const types = [...page.matchAll(/^\| `(\w+)` \| `\.\1`/gm)].map(([, type]) => type);
    expect(types).to.have.members([...resumeTypes]);
  });

  it('gives the limits as they are', () => {
    const { maxResumeBytes } = readPublicConfig({
      DATABASE_URL: 'postgres://public_server:x@localhost/lead_intake',
      RESUME_DIR: '/tmp',
    });
    for (const row of [
      `size of the file | \`MAX_RESUME_BYTES\`, ${maxResumeBytes / mebibyte} MiB unless set otherwise`,
      `entries in a package | ${maxEntries}`,
      `all of a package, unpacked as its directory says | ${maxUnpackedBytes / mebibyte} MiB`,
      `one part that is read, unpacked | ${maxPartBytes / mebibyte} MiB`,
      `length of the name | ${maxCharacters} characters`,
    ]) {
      expect(page).to.include(`\n| ${row} |\n`);
    }
  });

  it('gives every table of the database one level, and every level its rules', async () => {
    const database = await createTestDatabase();
    const owner = createDatabase(database.ownerUrl);
    try {
      const existing = await owner('pg_tables')
        .where({ schemaname: 'public' })
        .pluck<string[]>('tablename');
      const rows = [...page.matchAll(/^\| (\w+) \| [^|`]+ \| ((?:`\w+`(?:, )?)+) \|$/gm)];
      const tables = rows.flatMap(([, , list = '']) => list.replaceAll('`', '').split(', '));
      expect(tables.sort()).to.deep.equal(existing.sort());
      const ruled = [...page.matchAll(/^\| (\w+) (?:\|[^|]*){5}\|$/gm)].map(([, level]) => level);
      expect(ruled).to.deep.equal(['level', ...rows.map(([, level]) => level)]);
    } finally {
      await owner.destroy();
      await database.drop();
    }
  });
});
