import { expect } from 'chai';
import { buildZip, contentTypes, wordParts, wordType, type Part } from '../../fixtures/build-zip';
import { checkContent } from '../../fixtures/check-file';

const damaged = 'The file is damaged or incomplete. Save it again, or choose another one.';
const notWord = /^The file is not a Word document\./;
const tooLarge = /^The document is too large once it is unpacked\./;
const macros = /^The document can hold macros\./;
const password = /^The file is protected with a password\./;

const [types, document] = wordParts();
const filler = (count: number): Part[] =>
  Array.from({ length: count }, (_, index) => ({ name: `word/media/${index}.png` }));
const wide = (...numbers: number[]) => {
  const extra = Buffer.alloc(4 + numbers.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(numbers.length * 8, 2);
  numbers.forEach((number, index) => extra.writeBigUInt64LE(BigInt(number), 4 + index * 8));
  return extra;
};
const typed = (type: string) => [contentTypes(type), document];
const template = wordType.replace('wordprocessingml.document', 'wordprocessingml.template');
const macroType = 'application/vnd.ms-word.document.macroEnabled.main+xml';

describe('checkResume on DOCX', () => {
  const mebibytes = 1024 * 1024;
  const typesBytes = Buffer.byteLength(types.content ?? '');
  const packages: [string, Part[], string | RegExp][] = [
    ['both parts', [types, document], 'docx'],
    ['the parts in another order', [document, types], 'docx'],
    ['the parts without compression', [{ ...types, stored: true }, document], 'docx'],
    ['2,000 entries', [types, document, ...filler(1998)], 'docx'],
    ['2,001 entries', [types, document, ...filler(1999)], damaged],
    ['100 MB', [types, { ...document, declaredBytes: 100 * mebibytes - typesBytes }], 'docx'],
    [
      'more than 100 MB',
      [types, { ...document, declaredBytes: 100 * mebibytes - typesBytes + 1 }],
      tooLarge,
    ],
    ['no main part', [types], notWord],
    ['no content types', [document], notWord],
    ['a template', typed(template), notWord],
    ['macros', typed(macroType), macros],
    ['a name twice', [types, types, document], damaged],
    ['encryption', [{ ...types, encrypted: true }, document], password],
    ['a part that lies beyond the end', [{ ...types, position: 9_999_999 }, document], damaged],
    ['compression that is not deflate', [{ ...types, method: 9 }, document], damaged],
    ['a part that lies elsewhere', [{ ...types, position: 5 }, document], damaged],
    ['types of 1 MB', [typesOf(mebibytes), document], 'docx'],
    ['types of more than 1 MB', [typesOf(mebibytes + 1), document], damaged],
    [
      'types of more than 1 MB, stored',
      [{ ...typesOf(mebibytes + 1), stored: true }, document],
      damaged,
    ],
    [
      'types that lie about it',
      [{ ...typesOf(50 * mebibytes), declaredBytes: 9 }, document],
      damaged,
    ],
    [
      'sizes in the zip64 field',
      [{ ...types, declaredBytes: 0xffffffff, extra: wide(typesBytes) }, document],
      'docx',
    ],
    [
      'sizes in the zip64 field, after another',
      [
        {
          ...types,
          declaredBytes: 0xffffffff,
          extra: Buffer.concat([Buffer.from('5554010001', 'hex'), wide(typesBytes)]),
        },
        document,
      ],
      'docx',
    ],
    ['a size that is in no field', [{ ...types, declaredBytes: 0xffffffff }, document], damaged],
    [
      'a size of 16 EiB',
      [types, { ...document, declaredBytes: 0xffffffff, extra: wide(2 ** 63) }],
      tooLarge,
    ],
    [
      'a cut zip64 field',
      [{ ...types, declaredBytes: 0xffffffff, extra: wide(1).subarray(0, 7) }, document],
      damaged,
    ],
  ];
  for (const [name, parts, verdict] of packages) {
    it(`returns ${verdict} for ${name}`, async () => {
      const given = await checkContent(buildZip(parts), 'cv.docx');
      if (typeof verdict === 'string') expect(given).to.equal(verdict);
      else expect(given).to.match(verdict);
    });
  }

  it('refuses a part without a header of its own', async () => {
    const content = buildZip([document, types]);
    content.write('XX', content.lastIndexOf('PK\x03\x04', undefined, 'latin1'));
    expect(await checkContent(content, 'cv.docx')).to.equal(damaged);
  });
});

function typesOf(bytes: number): Part {
  const { name, content } = contentTypes();
  return { name, content: String(content).padEnd(bytes) };
}
