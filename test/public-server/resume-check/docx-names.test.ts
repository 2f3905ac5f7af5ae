import { expect } from 'chai';
import {
  byExtension,
  macroType,
  main,
  office,
  override,
  part,
  related,
  rels,
  relsOf,
  strictRelation,
  types,
  usual,
  utf16,
  vbaType,
} from '../../fixtures/build-docx';
import { buildZip, wordType, type Part } from '../../fixtures/build-zip';
import { checkContent } from '../../fixtures/check-file';

describe('checkResume on the names and the encoding of the parts of a DOCX', () => {
  const packages: [string, Part[], string][] = [
    ['another name', [types(override('/doc/cv.xml')), part('doc/cv.xml')], 'docx'],
    [
      'Word for the web',
      [types(override('/word/document2.xml')), part('word/document2.xml')],
      'docx',
    ],
    ['other letters', [types(override('/Word/Document.XML')), main], 'docx'],
    ['backslashes in the zip', [types(usual), part('word\\document.xml')], 'docx'],
    ['backslashes in the list', [types(override('\\word\\document.xml')), main], 'docx'],
    ['a slash before the name', [types(usual), part('/word/document.xml')], 'docx'],
    ['escapes', [types(override('/word/my%20cv.xml')), part('word/my cv.xml')], 'docx'],
    ['references', [types(override('/word/a&amp;&#xe9;.xml')), part('word/a&é.xml')], 'docx'],
    ['a type by extension', [types(byExtension('XML', wordType)), main], 'docx'],
    ['a list with backslashes', [{ ...types(usual), name: '\\[content_types].xml' }, main], 'docx'],
    ['single quotes', [types(usual.replaceAll('"', "'")), main], 'docx'],
    ['a prefix', [types(usual.replace('Override', 'ns0:Override')), main], 'docx'],
    ['a comment', [types(`<!-- ${macroType} -->${usual}`), main], 'docx'],
    [
      'a parameter of the type',
      [types(usual.replace('+xml', '+xml; charset=utf-8')), main],
      'docx',
    ],
    ['UTF-8 with a mark', [types(Buffer.from(`\ufeff<Types>${usual}</Types>`)), main], 'docx'],
    ['UTF-16', [types(utf16(`<Types>${usual}</Types>`)), main], 'docx'],
    ['UTF-16, big endian', [types(utf16(`<Types>${usual}</Types>`).swap16()), main], 'docx'],
    ['a relationship', [types(usual), rels('word/document.xml'), main], 'docx'],
    ['a relationship from the root', [types(usual), rels('/word/./document.xml'), main], 'docx'],
    [
      'a strict relationship',
      [types(usual), relsOf(related('word/document.xml', strictRelation)), main],
      'docx',
    ],
    [
      'an embedded workbook',
      [
        types(usual + byExtension('xlsb', 'application/vnd.ms-excel.sheet.binary.macroEnabled.12')),
        main,
        part('word/embeddings/1.xlsb'),
      ],
      'docx',
    ],
    [
      'an embedded document with macros',
      [
        types(usual + byExtension('docm', 'application/vnd.ms-word.document.macroEnabled.12')),
        main,
        part('word/embeddings/1.docm'),
      ],
      'docx',
    ],
    [
      'an embedded presentation',
      [
        types(usual + override('/ppt/p.xml', `${office}.presentationml.presentation.main+xml`)),
        rels('word/document.xml'),
        main,
        part('ppt/p.xml'),
      ],
      'docx',
    ],
    [
      'a type for macros that no part has',
      [types(usual + byExtension('bin', vbaType)), main],
      'docx',
    ],
    [
      'the same name twice beside the point',
      [types(usual), main, part('a/1.PNG'), part('a/1.png')],
      'docx',
    ],
  ];
  for (const [name, parts, verdict] of packages) {
    it(`returns ${verdict} for ${name}`, async () => {
      expect(await checkContent(buildZip(parts), 'cv.docx')).to.equal(verdict);
    });
  }
});
