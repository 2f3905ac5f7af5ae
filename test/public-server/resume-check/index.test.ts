import { expect } from 'chai';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resumeTypes } from '../../../common/resumes/resume-type';
import { checkResume } from '../../../public-server/resume-check';
import { casesOf, corpusPath, type Case } from '../../fixtures/cases';
import { checkContent, checkFile } from '../../fixtures/check-file';
import { rejection } from '../../support/rejection';

const choose = 'Choose a PDF, DOC, DOCX, RTF or TXT file.';
const damaged = 'The file is damaged or incomplete. Save it again, or choose another one.';

describe('checkResume', () => {
  describe('on real documents', () => {
    for (const each of casesOf('document')) itDecides(each);
  });

  describe('on hostile and wrong files', () => {
    for (const each of casesOf('bad-file')) itDecides(each);
  });

  describe('on the names of a good file', () => {
    for (const each of casesOf('filename').filter((one) => !one.raw_disposition)) itDecides(each);
  });

  const verdicts = [
    ['an empty file', '', 'cv.pdf', 'The file is empty. Choose another one.'],
    ['an empty file of another kind', '', 'cv.exe', 'The file is empty. Choose another one.'],
    ['a name without extension', '%PDF-1.4', 'resume', choose],
    ['a type as the whole name', '%PDF-1.4', 'pdf', choose],
    ['a name that ends in a path', '%PDF-1.4', 'cv.pdf/evil', choose],
    ['RTF named .doc', '{\\rtf1 Hello}', 'cv.doc', 'rtf'],
    ['RTF named .RTF', '{\\rtf1 Hello}', 'CV.RTF', 'rtf'],
    ['the last place for a PDF to start', `${' '.repeat(1019)}%PDF-`, 'cv.pdf', 'pdf'],
    [
      'one place too late',
      `${' '.repeat(1020)}%PDF-`,
      'cv.pdf',
      `The file is not a PDF document, or it is damaged. ${choose}`,
    ],
    [
      'a PDF named .txt',
      '%PDF-1.4',
      'cv.txt',
      'This is a PDF file, but its name ends in .txt. Rename it to end in .pdf, then choose it again.',
    ],
    ['eight bytes of an OLE file', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'cv.doc', damaged],
  ] as const;
  for (const [name, content, filename, verdict] of verdicts) {
    it(`returns "${verdict}" for ${name}`, async () => {
      expect(await checkContent(Buffer.from(content), filename)).to.equal(verdict);
    });
  }

  for (const start of ['MZ', '\x7fELF', 'GIF89a', '\x89PNG', 'PK\x07\x08']) {
    it(`refuses a PDF that starts with ${JSON.stringify(start)}`, async () => {
      const content = Buffer.from(`${start} %PDF-1.4`, 'latin1');
      expect(await checkContent(content, 'cv.pdf')).to.contain('not a PDF');
    });
  }

  it('says how to send a protected Word file', async () => {
    const file = corpusPath('docs/docx/tika-testWORD_protected_passtika.docx');
    expect(await checkFile(file, 'cv.docx')).to.contain('Save it without one');
  });

  it('passes on a failure of the disk', async () => {
    const handle = await open(tmpdir());
    const failure = await rejection(checkResume({ handle, bytes: 1, head: Buffer.of() }, 'cv.pdf'));
    await handle.close();
    expect(failure).to.have.property('code', 'EISDIR');
  });
});

function itDecides({ id, expect: expected, file, filename, why }: Case): void {
  it(`${expected === 'either' ? 'survives' : `${expected}s`} ${id}: ${why}`, async () => {
    const verdict = await checkFile(corpusPath(file), filename);
    const isAccepted = resumeTypes.some((type) => type === verdict);
    if (expected !== 'either') expect(isAccepted, verdict).to.equal(expected === 'accept');
  });
}
