import { expect } from 'chai';
import { checkContent } from '../../fixtures/check-file';

const notText = 'The file is not plain text. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file.';
const empty = 'The file is empty. Choose another one.';
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('checkResume on text', () => {
  const files = [
    ['UTF-8 with a byte-order mark', '\ufeffJos\u00e9', 'txt'],
    ['UTF-16, little endian', Buffer.from('\ufeffJos\u00e9 \u6bdb', 'utf16le'), 'txt'],
    ['UTF-16, big endian', bigEndian('\ufeffJos\u00e9 \u6bdb'), 'txt'],
    [
      '8-bit text with the bytes that are C1 controls in Unicode',
      Buffer.of(0x41, 0x93, 0x85),
      'txt',
    ],
    ['one 8-bit character', Buffer.of(0xe9), 'txt'],
    ['tab, line feed, form feed, carriage return', 'a\t\n\f\r', 'txt'],
    ['a line that begins like a program', 'MZ Smith, GIF89a artist', 'txt'],
    ['vertical tabs, as PowerPoint copies them', 'a\vb\vc\vd', 'txt'],
    ['one stray control character', 'a\x1b[31m', 'txt'],
    ['the end-of-file mark of DOS', 'Jane\r\n\x1a', 'txt'],
    ['an end-of-file mark and nothing else', '\r\n\x1a', empty],
    ['a ligature that a PDF has as a control character', 'of\x03ce '.repeat(99), notText],
    ['every twentieth character', 'a line of text.....\x02'.repeat(99), 'txt'],
    ['one more of them', `${'a line of text.....\x02'.repeat(99)}\x02`, notText],
    ['two control characters in a word', 'ab\x7f\x7f', notText],
    ['ISO-2022-JP', '\x1b$B;32C\x1b(B\r\n'.repeat(9), 'txt'],
    ['ISO-2022-KR', '\x1b$)C\x0e@L\x0f \x0e7B\x0f'.repeat(9), 'txt'],
    ['ISO-2022-CN', '\x1b$)A\x0eVP\x0f\x1b$*H\x1bN$?'.repeat(9), 'txt'],
    ['escapes of a terminal', '\x1b[1mJane\x1b[0m'.repeat(9), notText],
    ['a short program', 'MZ\x90 and words, so that it is long enough', notText],
    ['the parts of a split archive', 'PK\x05\x06 and words, so that it is long enough', notText],
    ['a short archive', Buffer.from('1f8b0841414141414141414141414141', 'hex'), notText],
    ['NUL', 'Jane Example, cook in Example Town\0', notText],
    ['NUL in UTF-16', Buffer.from('\ufeffa\0', 'utf16le'), notText],
    ['UTF-16 with half a character', Buffer.from('\ufeffa\ud800b', 'utf16le'), notText],
    ['UTF-16 that ends in half a unit', Buffer.from('fffe410042', 'hex'), notText],
    ['UTF-32', Buffer.from('fffe000041000000', 'hex'), notText],
    ['white space only', ' \t\r\n\f\u00a0\u3000', empty],
    ['a byte-order mark only', '\ufeff', empty],
    ['white space only, in UTF-16', Buffer.from('\ufeff \r\n', 'utf16le'), empty],
  ] as const;
  for (const [name, content, verdict] of files) {
    it(`returns "${verdict}" for ${name}`, async () => {
      expect(await checkContent(Buffer.from(content), 'cv.txt')).to.equal(verdict);
    });
  }

  it('finds one NUL at the very end of a large file', async () => {
    const content = Buffer.alloc(10 * 1024 * 1024, 'A line of text.\n');
    expect(await checkContent(content, 'cv.txt')).to.equal('txt');
    content[content.length - 1] = 0;
    expect(await checkContent(content, 'cv.txt')).to.equal(notText);
  });

  it('finds the one letter in a large file of spaces', async () => {
    const content = Buffer.alloc(200_000, ' ');
    expect(await checkContent(content, 'cv.txt')).to.equal(empty);
    content[70_000] = 0x41;
    expect(await checkContent(content, 'cv.txt')).to.equal('txt');
  });

  it('reads a character that is split between two chunks', async () => {
    const content = Buffer.from(`\ufeff${'a'.repeat(32_766)}\u{1f600}`, 'utf16le');
    expect(await checkContent(content.subarray(0, -2), 'cv.txt')).to.equal(notText);
    expect(await checkContent(content, 'cv.txt')).to.equal('txt');
  });
});
