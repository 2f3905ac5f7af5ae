import { expect } from 'chai';
import { sentences, type SentenceKey } from '../../../public-server/resume-check/sentences';
import { buildOle } from '../../fixtures/build-ole';
import { buildZip } from '../../fixtures/build-zip';
import { checkContent } from '../../fixtures/check-file';

const bytes = (text: string) => Buffer.from(`${text}${'\0'.repeat(32)}`, 'latin1');
const zip = (...names: string[]) => buildZip(names.map((name) => ({ name, content: 'x' })));
const typed = (type: string, ...names: string[]) =>
  buildZip([
    { name: 'mimetype', content: `application/${type}`, stored: true },
    ...names.map((name) => ({ name, content: 'x' })),
  ]);
const ole = (...names: string[]) =>
  buildOle([
    { name: 'Root Entry', child: 1 },
    ...names.map((name, index) => ({ name, right: index + 2 })),
  ]);
const office = (...names: string[]) => zip('[Content_Types].xml', '_rels/.rels', ...names);

type Case = [what: string, name: string, content: Buffer | string, key: SentenceKey];

/** By content, whatever the name. */
const byContent: Case[] = [
  ['a photo of an iPhone', 'IMG_0001.HEIC', bytes('\0\0\0\x18ftypheic'), 'picture'],
  ['a JPEG', 'scan.jpg', bytes('\xff\xd8\xff\xe0\0\x10JFIF'), 'picture'],
  ['a PNG', 'Screenshot.png', bytes('\x89PNG\r\n\x1a\n'), 'picture'],
  ['a GIF', 'cv.gif', bytes('GIF89a'), 'picture'],
  ['a WebP', 'cv.webp', bytes('RIFF\x10\0\0\0WEBPVP8 '), 'picture'],
  ['an AVIF', 'cv.avif', bytes('\0\0\0\x1cftypavif'), 'picture'],
  ['a TIFF of a scanner', 'scan.tif', bytes('II*\0'), 'picture'],
  ['an SVG', 'cv.svg', '<?xml version="1.0"?>\n<svg xmlns="x"></svg>', 'picture'],
  ['a video', 'intro.mp4', bytes('\0\0\0\x18ftypmp42'), 'recording'],
  ['a sound recording', 'intro.mp3', bytes('ID3\x04'), 'recording'],
  ['a document of Pages', 'cv.pages', zip('Index/Document.iwa', 'preview.jpg'), 'pages'],
  ['an older one of Pages', 'cv.pages', zip('index.xml', 'thumbs/'), 'pages'],
  ['a shortcut of Google Docs', 'cv.gdoc', '{"doc_id": "1", "email": "a@b.c"}', 'googleShortcut'],
  ['an Excel workbook', 'cv.xlsx', office('xl/workbook.xml'), 'spreadsheet'],
  ['an old Excel workbook', 'cv.xls', ole('Workbook'), 'spreadsheet'],
  [
    'a spreadsheet of LibreOffice',
    'cv.ods',
    typed('vnd.oasis.opendocument.spreadsheet'),
    'spreadsheet',
  ],
  ['a PowerPoint presentation', 'cv.pptx', office('ppt/presentation.xml'), 'slides'],
  ['an old PowerPoint presentation', 'cv.ppt', ole('PowerPoint Document'), 'slides'],
  [
    'a presentation of LibreOffice',
    'cv.odp',
    typed('vnd.oasis.opendocument.presentation'),
    'slides',
  ],
  ['a zip', 'Documents.zip', zip('cv.pdf', 'letter.pdf'), 'archive'],
  ['a RAR archive', 'cv.rar', bytes('Rar!\x1a\x07\x01'), 'archive'],
  ['a 7z archive', 'cv.7z', bytes('7z\xbc\xaf\x27\x1c'), 'archive'],
  ['a protected DOCX', 'cv.docx', ole('EncryptionInfo', 'EncryptedPackage'), 'protected'],
  ['WordPerfect', 'cv.wpd', bytes('\xffWPC'), 'wordPerfect'],
  ['Word 2 for Windows', 'cv.doc', bytes('\xdb\xa5-\0'), 'oldWord'],
  ['Word for DOS, and Write', 'cv.wri', bytes('1\xbe\0\0'), 'oldWord'],
  ['Works', 'cv.wps', ole('MatOST'), 'works'],
  [
    'a template of LibreOffice',
    'cv.ott',
    typed('vnd.oasis.opendocument.text-template'),
    'template',
  ],
  ['a web page', 'cv.html', '<!DOCTYPE html><html><body>Jane</body></html>', 'webPage'],
  [
    'a web page that calls itself DOC',
    'cv.doc',
    '<html xmlns:w="x"><body>Jane</body></html>',
    'webPage',
  ],
  ['an email of Outlook', 'cv.msg', ole('__properties_version1.0'), 'email'],
  ['an email', 'cv.eml', 'Received: from x\r\nSubject: cv\r\n\r\nHello', 'email'],
  ['an XPS document', 'cv.xps', zip('FixedDocSeq.fdseq', 'Documents/1/x.fpage'), 'xps'],
  ['an e-book', 'cv.epub', typed('epub+zip', 'META-INF/container.xml'), 'ebook'],
  ['a shortcut of Windows', 'cv.lnk', bytes('L\0\0\0\x01\x14\x02\0'), 'link'],
  ['a bookmark', 'cv.url', '[InternetShortcut]\r\nURL=https://example.com/', 'link'],
  ['a program', 'cv.exe', bytes('MZ\x90\0'), 'program'],
  ['an Android app', 'cv.apk', zip('AndroidManifest.xml', 'classes.dex'), 'program'],
];

/** By name, where the content shows nothing. */
const byName: Case[] = [
  ['a photo that cannot be read', 'cv.heic', 'x\0', 'picture'],
  ['Pages that cannot be read', 'cv.pages', 'PK\x03\x04broken', 'pages'],
  [
    'a large archive',
    'photos.zip',
    zip(...Array.from({ length: 2001 }, (_, i) => `${i}.jpg`)),
    'archive',
  ],
  ['a copy', 'cv.jpg (1)', 'x\0', 'picture'],
  ['an unfinished download', 'cv.pdf.crdownload', 'x\0', 'damaged'],
];

describe('checkResume on files of other kinds', () => {
  for (const [what, name, content, key] of [...byContent, ...byName]) {
    it(`says what to do with ${what}`, async () => {
      expect(await checkContent(content, name)).to.equal(sentences[key]);
    });
  }

  for (const [what, , content, key] of byContent) {
    it(`recognises ${what} without its name`, async () => {
      expect(await checkContent(content, 'resume')).to.equal(sentences[key]);
    });
  }

  it('keeps to two short sentences', () => {
    for (const sentence of Object.values(sentences)) {
      expect(sentence.split(/[.!?](?: |$)/).filter(Boolean), sentence).to.have.length.at.most(2);
      expect(sentence).to.have.length.below(120);
    }
  });

  it('names no other kind where the name or the content is ours', async () => {
    expect(await checkContent('%PDF-1.4', 'photo.jpg')).to.equal('pdf');
    expect(await checkContent('{\\rtf1 Jane}', 'cv.pages')).to.equal('rtf');
    expect(await checkContent('Subject: Jane\nCook', 'cv.txt')).to.equal('txt');
    expect(await checkContent('Jane Example, cook', 'cv')).to.equal('txt');
    expect(await checkContent('x\0', 'cv')).to.equal(sentences.unknown);
    expect(await checkContent('PK\x03\x04broken', 'cv.docx')).to.equal(sentences.damaged);
  });
});
