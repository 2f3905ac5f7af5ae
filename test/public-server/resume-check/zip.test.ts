import { expect } from 'chai';
import { buildZip, endRecord, wordParts, zip64End, type End } from '../../fixtures/build-zip';
import { checkContent } from '../../fixtures/check-file';

const damaged = 'The file is damaged or incomplete. Save it again, or choose another one.';
const notWord = 'The file is not a Word document. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file.';

describe('checkResume on the end of a zip', () => {
  const huge = 2n ** 64n - 1n;
  const fake = endRecord({ count: 1, position: 3, bytes: 46 });
  const ends: [string, End, string][] = [
    ['a comment', { comment: Buffer.from('made by somebody') }, 'docx'],
    ['a comment that ends in an end record', { comment: fake }, damaged],
    [
      'a comment that holds a signature',
      { comment: Buffer.from(`PK\x05\x06${'x'.repeat(40)}`) },
      damaged,
    ],
    ['the start of a signature as comment', { comment: Buffer.from('PK\x05') }, 'docx'],
    ['a list beyond the end', { position: 0xfffffff0 }, damaged],
    ['a list that is larger than the file', { bytes: 500_000 }, damaged],
    ['a list of 4 GB', { bytes: 0xffffffff }, damaged],
    ['a list of 2 MB', { bytes: 2 ** 21, beforeEnd: () => Buffer.alloc(2 ** 21) }, damaged],
    ['a list that is too short for its count', { count: 3 }, damaged],
    ['an empty list', { count: 2, bytes: 0 }, damaged],
    ['no entry', { count: 0, bytes: 0 }, notWord],
    [
      'a zip64 end',
      {
        count: 0xffff,
        bytes: 0xffffffff,
        position: 0xffffffff,
        beforeEnd: ({ position, bytes, end }) =>
          zip64End(2n, BigInt(bytes), BigInt(position), BigInt(end)),
      },
      'docx',
    ],
    ['a zip64 locator to nowhere', { beforeEnd: () => zip64End(2n, 9n, 9n, huge) }, damaged],
    ['a zip64 locator to something else', { beforeEnd: () => zip64End(2n, 9n, 9n, 0n) }, damaged],
    [
      'a zip64 end without its signature',
      {
        beforeEnd: ({ position, bytes, end }) =>
          zip64End(2n, BigInt(bytes), BigInt(position), BigInt(end)).fill('x', 0, 1),
      },
      damaged,
    ],
    [
      'a zip64 count of 16 Ei',
      { beforeEnd: ({ end }) => zip64End(huge, 9n, 9n, BigInt(end)) },
      damaged,
    ],
    [
      'a zip64 list at 16 EiB',
      { beforeEnd: ({ end }) => zip64End(2n, 9n, huge, BigInt(end)) },
      damaged,
    ],
  ];
  for (const [name, end, verdict] of ends) {
    it(`returns "${verdict}" for ${name}`, async () => {
      expect(await checkContent(buildZip(wordParts(), end), 'cv.docx')).to.equal(verdict);
    });
  }

  it('refuses bytes after the end, but for padding', async () => {
    const content = buildZip(wordParts());
    const padded = (end: string) => checkContent(Buffer.concat([content, Buffer.from(end)]), 'cv');
    expect(await padded('\r\n')).to.equal('docx');
    expect(await padded(' \0'.repeat(999))).to.equal('docx');
    expect(await padded('x')).to.equal(damaged);
    expect(await padded('\0'.repeat(2 ** 17))).to.equal(damaged);
  });

  for (const mark of ['PK00', 'PK\x07\x08']) {
    it(`accepts one that begins with ${JSON.stringify(mark)}`, async () => {
      const parts = wordParts().map((part) => ({ ...part, stored: true }));
      const content = buildZip(parts, {}, Buffer.from(mark));
      expect(await checkContent(content, 'cv.docx')).to.equal('docx');
    });
  }

  it('refuses a file truncated anywhere', async () => {
    const content = buildZip(wordParts());
    for (let length = 4; length < content.length; length++) {
      expect(await checkContent(content.subarray(0, length), 'cv.docx')).to.equal(damaged);
    }
  });
});
