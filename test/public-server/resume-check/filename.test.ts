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

  it('makes every name of the corpus fit for a page and a header', () => {
    for (const { filename } of casesOf('filename')) {
      const clean = cleanFilename(filename, 'pdf');
      expect(clean, filename).to.match(/^[^/\\\p{Cc}\u202a-\u202e\u2066-\u2069]{1,251}\.pdf$/iu);
    }
  });
});
