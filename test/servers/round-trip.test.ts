import { expect } from 'chai';
import type { Knex } from 'knex';
import { readFileSync } from 'node:fs';
import { createDatabase } from '../../common/database/connect';
import { createLeadIntake } from '../../common/leads/add-lead';
import { createLocalIntake } from '../../common/resumes/local/intake';
import { mediaTypes } from '../../internal-server/leads/send-resume';
import { buildZip, wordParts } from '../fixtures/build-zip';
import { corpusPath, fixturePath } from '../fixtures/cases';
import { startInternalApp, type InternalFixture } from '../support/apps/internal-app';
import { startPublicApp, submit, type PublicFixture } from '../support/apps/public-app';

const pdf = readFileSync(corpusPath('docs/pdf/own-minimal.pdf'));
const rtf = Buffer.from('{\\rtf1 Jane Example}');
const odt = readFileSync(fixturePath('field', 'libreoffice.odt'));
const ofTheField = (name: string) => readFileSync(fixturePath('field', name));

describe('a resume, from the form to the desk', () => {
  let desk: InternalFixture;
  let form: PublicFixture;
  let db: Knex;

  before(async () => {
    desk = await startInternalApp();
    db = createDatabase(desk.database.publicUrl);
    const resumes = await createLocalIntake(desk.folder);
    form = await startPublicApp({ db, leads: createLeadIntake(db), resumes });
  });

  after(async () => {
    await db.destroy();
    await form.close();
    await desk.close();
  });

  for (const [sent, content, type, kept] of [
    ['cv.odt', odt, 'odt', 'cv.odt'],
    ['resume', pdf, 'pdf', 'resume.pdf'],
    ['DOC-20240501-WA0001.', pdf, 'pdf', 'DOC-20240501-WA0001.pdf'],
    ['resume.pdf (1)', pdf, 'pdf', 'resume (1).pdf'],
    ['CV 2024', odt, 'odt', 'CV 2024.odt'],
    ['CV.final', buildZip(wordParts()), 'docx', 'CV.final.docx'],
    ['cv.doc', rtf, 'rtf', 'cv.doc'],
    ['README.md', Buffer.from('# Jane Example'), 'txt', 'README.md.txt'],
    ['a.docx', ofTheField('backslash-names.docx'), 'docx', 'a.docx'],
    ['b.docx', ofTheField('embedded-xlsb.docx'), 'docx', 'b.docx'],
    ['a.txt', ofTheField('ctrl-z.txt'), 'txt', 'a.txt'],
    ['b.txt', ofTheField('one-control-from-pdf.txt'), 'txt', 'b.txt'],
  ] as const) {
    it(`sent as ${sent} comes back byte for byte, and is listed as ${kept}`, async () => {
      const submission = { resume: content, filename: sent };
      const created = await submit(form.app, submission, { json: true });
      expect(created.status, created.text).to.equal(201);
      const lead = created.body as Record<'id' | 'first_name' | 'last_name', string>;
      const { id } = lead;
      const response = await desk.get(`/leads/${id}/resume`).buffer(true).responseType('blob');
      expect(content.equals(response.body as Buffer)).to.equal(true);
      expect(response.headers['content-type']).to.include(mediaTypes[type]);
      expect(response.headers['content-disposition']).to.equal(
        `attachment; filename="${lead.last_name} ${lead.first_name} ${id.slice(0, 8)}.${type}"`,
      );
      const shown = await desk.get(`/api/leads/${id}`);
      expect(shown.body).to.deep.nested.include({
        'resume.type': type,
        'resume.filename': kept,
      });
    });
  }
});
