import { expect } from 'chai';
import { buildZip, odtParts, odtType, type Part } from '../../fixtures/build-zip';
import { checkContent, checkFile } from '../../fixtures/check-file';
import { fixturePath } from '../../fixtures/cases';
import { sentences } from '../../../public-server/resume-check/sentences';

const notOdt = /^The file is not an OpenDocument text\./;
const macros = /^The document can hold macros\./;
const password = /^The file is protected with a password\./;
const damaged = /^The file is damaged or incomplete\./;
const choose = /^The file is not an ODT document, or it is damaged\./;

const [type, content] = odtParts();
const odsType = 'application/vnd.oasis.opendocument.spreadsheet';
const manifest = (text: string): Part => ({ name: 'META-INF/manifest.xml', content: text });
const typed = (text: string): Part[] => [{ ...type, content: text }, content];

describe('checkResume on ODT', () => {
  const packages: [string, Part[], string | RegExp][] = [
    ['the type and the content', [type, content], 'odt'],
    ['a manifest', [type, content, manifest('<manifest:manifest/>')], 'odt'],
    ['empty folders', [type, { name: 'Configurations2/toolbar/' }, content], 'odt'],
    ['an embedded spreadsheet', [type, content, { name: 'Object 1/content.xml' }], 'odt'],
    ['a template', typed(`${odtType}-template`), sentences.template],
    ['a spreadsheet', typed(odsType), sentences.spreadsheet],
    ['a book', typed('application/epub+zip'), sentences.ebook],
    ['a line break behind the type', typed(`${odtType}\n`), notOdt],
    ['a packed type', [{ ...type, stored: false }, content], notOdt],
    ['no content', [type], damaged],
    ['the content elsewhere', [type, { name: 'Object 1/content.xml' }], damaged],
    ['the type in another place', [content, type], /^The file is not a Word document\./],
    ['the type twice', [type, { ...type, name: 'MimeType' }, content], damaged],
    ['2,001 parts', [type, content, ...filler(1999)], damaged],
    ['more than 100 MB', [type, { ...content, declaredBytes: 101 * 2 ** 20 }], /^The document is/],
    ['Basic', [type, content, { name: 'Basic/Standard/Module1.xml' }], macros],
    ['Basic in other letters', [type, content, { name: 'basic\\script-lc.xml' }], macros],
    ['scripts', [type, content, { name: 'Scripts/python/x.py' }], macros],
    ['encrypted parts', [type, content, manifest('<m:encryption-data/>')], password],
    [
      'one encrypted part that holds all',
      [type, manifest('<m:encryption-data/>'), { name: 'encrypted-package' }],
      password,
    ],
    ['a zip that is encrypted', [type, { ...content, encrypted: true }], password],
  ];
  for (const [name, parts, verdict] of packages) {
    it(`returns ${verdict} for ${name}`, async () => {
      const given = await checkContent(buildZip(parts), 'cv.odt');
      if (typeof verdict === 'string') expect(given).to.equal(verdict);
      else expect(given).to.match(verdict);
    });
  }

  it('accepts what LibreOffice writes, and no Word document by that name', async () => {
    expect(await checkFile(fixturePath('field', 'libreoffice.odt'), 'cv.odt')).to.equal('odt');
    expect(await checkContent('Jane', 'cv.odt')).to.match(choose);
    expect(await checkContent('%PDF-1.4', 'cv.odt')).to.match(/^This is a PDF file/);
    expect(await checkContent(buildZip([type, content]), 'cv.doc')).to.match(/^This is an ODT/);
  });

  it('refuses a file truncated anywhere', async () => {
    const whole = buildZip([type, content]);
    for (let length = 40; length < whole.length; length++) {
      expect(await checkContent(whole.subarray(0, length), 'cv.odt')).to.match(damaged);
    }
  });
});

function filler(count: number): Part[] {
  return Array.from({ length: count }, (_, index) => ({ name: `Pictures/${index}.png` }));
}
