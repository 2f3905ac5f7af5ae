import { expect } from 'chai';
import { buildZip, wordType, type Part } from '../../fixtures/build-zip';
import { checkContent } from '../../fixtures/check-file';

const damaged = /^The file is damaged or incomplete\./;
const notWord = /^The file is not a Word document\./;
const macros = /^The document can hold macros\./;

const office = 'application/vnd.openxmlformats-officedocument';
const macroType = 'application/vnd.ms-word.document.macroEnabled.main+xml';
const vbaType = 'application/vnd.ms-office.vbaProject';
const sheetType = `${office}.spreadsheetml.sheet.main+xml`;
const relation =
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
const strictRelation = 'http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument';

const override = (name: string, type = wordType) =>
  `<Override PartName="${name}" ContentType="${type}"/>`;
const byExtension = (extension: string, type: string) =>
  `<Default Extension="${extension}" ContentType="${type}"/>`;
const types = (inner: string | Buffer): Part => ({
  name: '[Content_Types].xml',
  content: typeof inner === 'string' ? `<?xml version="1.0"?><Types>${inner}</Types>` : inner,
});
const rels = (...targets: string[]): Part => ({
  name: '_rels/.rels',
  content: `<Relationships>${targets.map((target) => related(target)).join('')}</Relationships>`,
});
const related = (target: string, type = relation, more = '') =>
  `<Relationship Id="r" Type="${type}" Target="${target}"${more}/>`;
const part = (name: string): Part => ({ name });
const main = part('word/document.xml');
const usual = override('/word/document.xml');
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const declared = (encoding: string) =>
  Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><Types>${usual}</Types>`);

describe('checkResume on the parts of a DOCX', () => {
  const packages: [string, Part[], string | RegExp][] = [
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
    ['a missing main part', [types(override('/word/other.xml')), main], notWord],
    [
      'a workbook',
      [types(override('/xl/workbook.xml', sheetType)), part('xl/workbook.xml')],
      notWord,
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

  it('reads a hostile list in no time', async () => {
    for (const piece of ['<a "', '<!-- ', '<a b="c" ', ' ', '<', '<?', '&', '<a b=\'"']) {
      const content = buildZip([types(piece.repeat(1_000_000 / piece.length)), main]);
      const start = Date.now();
      await checkContent(content, 'cv.docx');
      expect(Date.now() - start, piece).to.be.below(2000);
    }
  });
});

function relsOf(content: string): Part {
  return { name: '_rels/.rels', content: `<Relationships>${content}</Relationships>` };
}
