import { expect } from 'chai';
import { cleanFilename } from '../../../public-server/resume-check/filename';
import { casesOf } from '../../fixtures/cases';

describe('cleanFilename', () => {
  const names = [
    ['keeps a plain name', 'My resume (2).PDF', 'My resume (2).PDF'],
    ['keeps the last segment of a path', '/etc/cron.d/cv.pdf', 'cv.pdf'],
    ['keeps the last segment of a Windows path', 'C:\\Users\\x\\cv.pdf', 'cv.pdf'],
    ['composes accents', 'Re\u0301sume\u0301.pdf', 'R\u00e9sum\u00e9.pdf'],
    ['keeps joiners inside words', '\u0915\u094d\u200d\u0937.pdf', '\u0915\u094d\u200d\u0937.pdf'],
    ['removes control characters', 'a\r\nb\0c\x7f\x85\u2028.pdf', 'abc.pdf'],
    ['removes what turns the direction', '\u202ea\u2066b\u200f\u061c.pdf', 'ab.pdf'],
    ['removes white space around it', ' cv.pdf\u00a0', 'cv.pdf'],
    ['names what has only an extension', '.pdf', 'resume.pdf'],
    ['names what is empty', '', 'resume.pdf'],
    ['names what is only a path', 'a/b/', 'resume.pdf'],
    ['completes an extension that is none of ours', 'cv.exe', 'cv.exe.pdf'],
    ['completes a name without extension', 'resume', 'resume.pdf'],
    ['completes a name with a dot at the end', 'DOC-20240501-WA0001.', 'DOC-20240501-WA0001.pdf'],
    ['removes dots and spaces at the end', 'cv.PDF. .', 'cv.PDF'],
    ['completes what is only a type', 'pdf', 'pdf.pdf'],
    ['completes a version', 'CV 2024.final', 'CV 2024.final.pdf'],
    ['completes another extension behind ours', 'cv.pdf.download', 'cv.pdf.download.pdf'],
    ['completes a lookalike', 'cv．ｐｄｆ', 'cv．ｐｄｆ.pdf'],
    ['puts the number of a copy before the extension', 'resume.pdf (1)', 'resume (1).pdf'],
    ['does so for other marks of a copy', 'resume.PDF - Copy', 'resume - Copy.PDF'],
    ['does so for a version of a file system', 'Lebenslauf.pdf;1', 'Lebenslauf;1.pdf'],
    ['reads the dot of a Japanese keyboard', '履歴書。pdf', '履歴書.pdf'],
    [
      'shortens to 255 characters before the extension',
      `${'a'.repeat(300)}.pdf`,
      `${'a'.repeat(251)}.pdf`,
    ],
    ['keeps 255 characters', `${'a'.repeat(251)}.pdf`, `${'a'.repeat(251)}.pdf`],
    ['cuts no character in two', `${'😀'.repeat(300)}.pdf`, `${'😀'.repeat(251)}.pdf`],
  ] as const;
  for (const [name, sent, clean] of names) {
    it(name, () => {
      expect(cleanFilename(sent, 'pdf')).to.equal(clean);
    });
  }

  it('keeps the name .doc for RTF, which Word gives it', () => {
    expect(cleanFilename('cv.doc', 'rtf')).to.equal('cv.doc');
    expect(cleanFilename('cv', 'rtf')).to.equal('cv.rtf');
  });

  it('makes every name of the corpus fit for a page and a header', () => {
    for (const { filename } of casesOf('filename')) {
      const clean = cleanFilename(filename, 'pdf');
      expect(clean, filename).to.match(/^[^/\\\p{Cc}\u202a-\u202e\u2066-\u2069]{1,251}\.pdf$/iu);
    }
  });
});
