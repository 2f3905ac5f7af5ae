import { expect } from 'chai';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resumeTypes } from '../../../common/resumes/resume-type';
import { checkResume } from '../../../public-server/resume-check';
import { buildZip, wordParts } from '../../fixtures/build-zip';
import { casesOf, corpusPath, fixturePath, type Case } from '../../fixtures/cases';
import { checkContent, checkFile } from '../../fixtures/check-file';
import { rejection } from '../../support/rejection';
import { sentences } from '../../../public-server/resume-check/sentences';

const casesOfTheField = [
  'embedded-xlsb.docx',
  'backslash-names.docx',
  'ctrl-z.txt',
  'one-control-from-pdf.txt',
];
const choose = 'Choose a PDF, DOC, DOCX, ODT, RTF or TXT file.';
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

  const strange = [
    'resume',
    'pdf',
    'cv.pdf/evil',
    'DOC-20240501-WA0001.',
    'resume.pdf (1)',
    'resume.pdf.download',
    'resume.PDF ',
    'CV 2024.final',
    'Lebenslauf.pdf;1',
    'download.php',
    'Jane.Documents',
    '履歴書．pdf',
  ];
  for (const name of strange) {
    it(`takes a PDF by its content under the name ${JSON.stringify(name)}`, async () => {
      expect(await checkContent('%PDF-1.4', name)).to.equal('pdf');
    });
  }

  for (const [name, shown] of [
    ['resume.docx', 'docx'],
    ['resume.docx (1)', 'docx (1)'],
    ['resume.pdf.exe', 'exe'],
    ['resume.pdf;.exe.', 'exe'],
    ['cv.PS1', 'PS1'],
    ['resume.pdfx', 'pdfx'],
    ['resume.rtfd', 'rtfd'],
    ['resume．ｐｄｆ', 'ｐｄｆ'],
  ]) {
    it(`says how to rename a PDF with the name ${name}`, async () => {
      expect(await checkContent('%PDF-1.4', name!)).to.equal(
        `This is a PDF file, but its name ends in .${shown}. Rename it to end in .pdf, then choose it again.`,
      );
    });
  }

  const nameless: [string, string | Buffer, string][] = [
    ['RTF', '{\\rtf1 Hello}', 'rtf'],
    ['Word', buildZip(wordParts()), 'docx'],
    ['plain text', 'Jane Example, cook', 'txt'],
    ['white space', ' \n', 'The file is empty. Choose another one.'],
    ['an image', '\x89PNG\r\n\x1a\n\0', choose],
    ['a web page', '\ufeff\n<!DOCTYPE html><p>Jane', sentences.webPage],
    ['XML', '<?xml version="1.0"?><resume/>', choose],
    ['flat XML', '<?xml version="1.0"?><office:document/>', sentences.otherDocument],
    ['JSON', '{"name": "Jane"}', choose],
    ['a script', '#!/bin/sh', sentences.program],
    ['PostScript', '%!PS-Adobe-3.0', sentences.otherDocument],
  ];
  for (const [name, content, verdict] of nameless) {
    it(`returns "${verdict}" for ${name} under a strange name`, async () => {
      expect(await checkContent(Buffer.from(content), 'resume')).to.equal(verdict);
      expect(await checkContent(Buffer.from(content), 'My resume.final')).to.equal(verdict);
    });
  }

  it('takes no text under the name of a program', async () => {
    expect(await checkContent('echo', 'resume.bat')).to.equal(sentences.program);
    expect(await checkContent('[InternetShortcut]', 'resume.url')).to.equal(sentences.link);
    expect(await checkContent('{\\rtf1 Hello}', 'resume.js')).to.match(/^This is an RTF file/);
  });

  it('takes text of any kind that is named .txt', async () => {
    expect(await checkContent('<p>Jane</p>', 'resume.txt')).to.equal('txt');
  });

  for (const file of casesOfTheField) {
    it(`accepts ${file}`, async () => {
      const path = fixturePath('field', file);
      expect(await checkFile(path, file)).to.equal(file.split('.').pop());
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
