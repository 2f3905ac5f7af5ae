import { expect } from 'chai';
import {
  byExtension,
  declared,
  macroType,
  main,
  override,
  part,
  rels,
  sheetType,
  types,
  usual,
  vbaType,
} from '../../fixtures/build-docx';
import { buildZip, type Part } from '../../fixtures/build-zip';
import { checkContent } from '../../fixtures/check-file';
import { sentences } from '../../../public-server/resume-check/sentences';

const damaged = /^The file is damaged or incomplete\./;
const notWord = /^The file is not a Word document\./;
const macros = /^The document can hold macros\./;

describe('checkResume on the types of the parts of a DOCX', () => {
  const packages: [string, Part[], string | RegExp][] = [
    ['a missing main part', [types(override('/word/other.xml')), main], notWord],
    [
      'a workbook',
      [types(override('/xl/workbook.xml', sheetType)), part('xl/workbook.xml')],
      sentences.spreadsheet,
    ],
    [
      'a workbook that also lists Word',
      [
        types(usual + override('/xl/workbook.xml', sheetType)),
        rels('xl/workbook.xml'),
        main,
        part('xl/workbook.xml'),
      ],
      notWord,
    ],
    [
      'two main parts, one of them a workbook',
      [
        types(usual + override('/xl/workbook.xml', sheetType)),
        rels('word/document.xml', 'xl/workbook.xml'),
        main,
        part('xl/workbook.xml'),
      ],
      notWord,
    ],
    ['a relationship to nothing', [types(usual), rels('word/other.xml'), main], notWord],
    [
      'two types for the main part',
      [types(usual + override('/WORD/document.xml', sheetType)), main],
      notWord,
    ],
    [
      'a type of macros among two',
      [types(usual + override('/word/document.xml', macroType)), main],
      macros,
    ],
    [
      'a main part for macros',
      [types(override('/word/document.xml', macroType)), rels('word/document.xml'), main],
      macros,
    ],
    [
      'a template for macros',
      [
        types(
          override(
            '/word/document.xml',
            'application/vnd.ms-word.template.macroEnabledTemplate.main+xml',
          ),
        ),
        main,
      ],
      macros,
    ],
    [
      'references in the type of macros',
      [types(override('/word/document.xml', macroType.replace('E', '&#69;'))), main],
      macros,
    ],
    [
      'a macro project',
      [types(usual + byExtension('bin', vbaType)), main, part('word/vbaProject.bin')],
      macros,
    ],
    [
      'a macro project by another name',
      [types(usual + override('/word/x.bin', vbaType)), main, part('word\\X.bin')],
      macros,
    ],
    ['a macro project without its type', [types(usual), main, part('word/VBAProject.bin')], macros],
    ['the main part twice', [types(usual), main, part('Word\\document.xml')], damaged],
    [
      'the list twice',
      [types(usual), { ...types(usual), name: '/[content_types].XML' }, main],
      damaged,
    ],
    ['a list in a comment', [types(`<!-- ${usual} -->`), main], notWord],
    [
      'a DTD',
      [types(Buffer.from(`<!DOCTYPE Types [<!ENTITY a "b">]><Types>${usual}</Types>`)), main],
      notWord,
    ],
    ['CDATA', [types(`<![CDATA[${usual}]]>`), main], notWord],
    ['an unknown entity', [types(override('&constructor;') + usual), main], notWord],
    ['an encoding that hides ASCII', [types(declared('utf-7')), main], notWord],
    ['an encoding that does not', [types(declared('Windows-1252')), main], 'docx'],
    ['a tag that never ends', [types(`${usual}<Override PartName="`), main], notWord],
  ];
  for (const [name, parts, verdict] of packages) {
    it(`returns ${verdict} for ${name}`, async () => {
      const given = await checkContent(buildZip(parts), 'cv.docx');
      if (typeof verdict === 'string') expect(given).to.equal(verdict);
      else expect(given).to.match(verdict);
    });
  }

  it('says that an encrypted main part needs a password', async () => {
    const content = buildZip([types(usual), { ...main, encrypted: true }]);
    expect(await checkContent(content, 'cv.docx')).to.match(/^The file is protected/);
  });

  // Each takes less than a second; one that hangs would end the test.
  const pieces = ['<a "', '<!-- ', '<a b="c" ', ' ', '<', '<?', '&', '<a>', byExtension('a', 'b')];
  for (const piece of pieces) {
    it(`refuses a list of 900 kB that repeats ${piece}`, async () => {
      const content = buildZip([types(piece.repeat(900_000 / piece.length)), main]);
      expect(await checkContent(content, 'cv.docx')).to.match(/^The file is/);
    });
  }
});
