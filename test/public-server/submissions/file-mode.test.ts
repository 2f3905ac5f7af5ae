import { expect } from 'chai';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '../../../embedded/ports';
import { createTestDatabase, temporaryFolder } from '../../support/process/postgres';
import { startServer } from '../../support/process/server-process';
import { submissionForm } from '../../support/apps/submission-form';

describe('a stored resume', () => {
  for (const umask of [0o000, 0o077]) {
    it(`can be read by the group alone, whatever the public server's umask (${umask.toString(8)})`, async () => {
      const database = await createTestDatabase();
      const folder = await temporaryFolder();
      const port = await freePort();
      const before = process.umask(umask); // which the server inherits
      const starting = startServer('public', {
        DATABASE_URL: database.publicUrl,
        RESUME_DIR: folder,
        PORT: String(port),
      });
      process.umask(before);
      const server = await starting;

      const { status } = await fetch(`http://127.0.0.1:${port}/leads`, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: submissionForm(),
      });
      await server.stop();

      expect(status).to.equal(201);
      const resumes = path.join(folder, 'resumes');
      const [name = ''] = await readdir(resumes);
      expect((await stat(path.join(resumes, name))).mode & 0o777).to.equal(0o640);
      expect((await stat(resumes)).mode & 0o777).to.equal(0o750);
      expect((await stat(path.join(folder, 'spool'))).mode & 0o777).to.equal(0o700);
      await database.drop();
      await rm(folder, { recursive: true });
    });
  }
});
