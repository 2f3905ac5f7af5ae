import { expect } from 'chai';
import { buildOle, type OleEntry } from '../../fixtures/build-ole';
import { checkContent } from '../../fixtures/check-file';
import { sentences } from '../../../public-server/resume-check/sentences';

const damaged = 'The file is damaged or incomplete. Save it again, or choose another one.';
const notWord = 'The file is not a Word document. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file.';
const password = 'The file is protected with a password. Save it without one, then choose it.';

const root = { name: 'Root Entry', child: 1 };
const word = { name: 'WordDocument' };
const padding: OleEntry[] = [1, 2, 3].map((index) => ({ name: `x${index}` }));

describe('checkResume on DOC', () => {
  const files: [string, Buffer, string][] = [
    ['a Word document', buildOle([root, word]), 'doc'],
    ['one to the left', buildOle([root, { name: 'z', left: 2 }, word]), 'doc'],
    ['one to the right', buildOle([root, { name: 'a', right: 2 }, word]), 'doc'],
    ['one in the second sector', buildOle([{ ...root, child: 4 }, ...padding, word]), 'doc'],
    ['a workbook', buildOle([root, { name: 'Workbook' }]), sentences.spreadsheet],
    [
      'one embedded in a workbook',
      buildOle([root, { name: 'Workbook', child: 2 }, word]),
      sentences.spreadsheet,
    ],
    ['a protected package', buildOle([root, { name: 'EncryptedPackage' }]), password],
    ['a directory in a loop', buildOle([root, word], { 1: 1 }), damaged],
    ['a directory that goes on beyond the end', buildOle([root, word], { 1: 77_000 }), damaged],
    ['a tree in a loop', buildOle([root, { name: 'x', left: 1, right: 0 }]), notWord],
    [
      'a tree that leads outside',
      buildOle([root, { name: 'x', left: 99, right: -2 >>> 0 }]),
      notWord,
    ],
    ['a name that is too long', longName(), notWord],
    ['a header alone', buildOle([root, word]).subarray(0, 512), damaged],
    ['no directory', withNumber(48, 0xfffffffe), damaged],
    ['a table beyond the end', withNumber(76, 0x0fffffff), damaged],
    ['sectors of 4,096 bytes', buildOle([root, word], {}, 12), 'doc'],
    ['sectors of 1,024 bytes', buildOle([root, word], {}, 10), damaged],
  ];
  for (const [name, content, verdict] of files) {
    it(`returns "${verdict}" for ${name}`, async () => {
      expect(await checkContent(content, 'cv.doc')).to.equal(verdict);
    });
  }

  it('follows a table that exceeds the header', async () => {
    expect(await checkContent(largeOle(109), 'cv.doc')).to.equal('doc');
  });

  it('follows a table that exceeds its first list', async () => {
    expect(await checkContent(largeOle(109 + 127 + 1), 'cv.doc')).to.equal('doc');
  });
});

function withNumber(position: number, value: number): Buffer {
  const content = buildOle([root, word]);
  content.writeUInt32LE(value, position);
  return content;
}

function longName(): Buffer {
  const content = buildOle([root, word]);
  content.writeUInt16LE(0xffff, 1024 + 128 + 64);
  return content;
}

/** Its directory makes a detour by the far end, in the charge of this sector of the table. */
function largeOle(tableIndex: number): Buffer {
  const far = tableIndex * 128;
  const [table, firstList, secondList] = [far + 1, far + 2, far + 3];
  const at = (sector: number) => (sector + 1) * 512;
  const entries = [{ ...root, child: 8 }, ...padding, ...padding, { name: 'y' }, word];
  const content = Buffer.alloc(at(far + 4));
  buildOle(entries, { 1: far }).copy(content);
  content.writeUInt32LE(3, at(table));
  content.writeUInt32LE(firstList, 68);
  content.writeUInt32LE(secondList, at(firstList) + 127 * 4);
  if (tableIndex < 109 + 127) content.writeUInt32LE(table, at(firstList));
  else content.writeUInt32LE(table, at(secondList) + (tableIndex - 109 - 127) * 4);
  return content;
}
