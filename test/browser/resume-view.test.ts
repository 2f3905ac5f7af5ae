import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ResumeType } from '../../common/resumes/resume-type';
import { pageOf, pagesOf, scanOf } from '../fixtures/build-pdf';
import { addResume, inkOf, openResume, shown } from '../support/browser/resume-frame';
import { useDesk } from '../support/browser/sites';

const fixtures = path.join(__dirname, '..', 'fixtures');
const corpus = path.join(fixtures, 'corpora', 'docs');
const read = (...file: string[]) => readFileSync(path.join(fixtures, ...file));

const password = /protected with a password/;
const damaged = /damaged/;

/** Of the documents that cannot be shown, the sentence. */
const sentences: Record<string, RegExp> = {
  'poi-bug53475-password-is-pass.docx': password,
  'tika-testWORD_protected_passtika.docx': password,
  'poi-clusterfuzz-testcase-minimized-POIXWPFFuzzer-5313273089884160.docx': damaged,
  'poi-crash-517626e815e0afa9decd0ebb6d1dee63fb9907dd.docx': damaged,
  'tika-testWORD_truncated.docx': damaged,
  'pdfjs-bug1020226.pdf': damaged,
};

/** Of some documents, a text that they show. */
const texts: Record<string, string> = {
  'poi-HeaderFooterUnicode.docx': 'simple header, with a € euro symbol',
  'tika-testWORD_1img.docx': 'The quick brown fox',
  'tika-testWORD_various.docx': 'Here is a text box',
  'pdfjs-asciihexdecode.pdf': 'Hello world',
  'pdfjs-find_all.pdf': 'AB',
  'own-utf16le-nobom.txt': 'Zoë Müller — resume',
  'tika-testTXT_win-1252.txt': '“win',
  'libreoffice.odt': 'Cook, 2019-2024',
};

function documents(type: ResumeType): [string, Buffer][] {
  if (type === 'odt') return [['libreoffice.odt', read('field', 'libreoffice.odt')]];
  return readdirSync(path.join(corpus, type)).map((file) => [
    file,
    readFileSync(path.join(corpus, type, file)),
  ]);
}

describe('a resume in the page', () => {
  const desk = useDesk();

  for (const type of ['pdf', 'docx', 'odt', 'txt'] as const) {
    it(`shows every ${type} document, or says why not`, async () => {
      const page = await desk().signIn();
      for (const [file, bytes] of documents(type)) {
        const url = await addResume(desk().fixture, type, bytes);
        const frame = await openResume(page, url);
        const { status } = await shown(frame);
        expect(status, file).to.match(sentences[file] ?? /^$/);
        // The text of a page is laid out after its picture.
        const text = frame.locator('#paper', { hasText: texts[file] ?? '' });
        await text.waitFor({ state: 'attached', timeout: 10_000 });
        expect(await page.getByRole('link', { name: 'Download' }).count()).to.equal(1);
      }
    });
  }

  for (const type of ['doc', 'rtf'] as const) {
    it(`says in the page that ${type} documents are to be downloaded`, async () => {
      const page = await desk().signIn();
      await page.goto(await addResume(desk().fixture, type, Buffer.from('a file')));
      expect(await page.locator('#resume').innerText()).to.include('cannot be shown here');
      expect(await page.locator('iframe').count()).to.equal(0);
    });
  }

  const japanese = () =>
    pageOf({
      content: 'BT /G 30 Tf 20 300 Td <5c65 6b74 66f8> Tj ET',
      resources: '/Font << /G 6 0 R >>',
      others: [
        {
          value:
            '<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UCS2-H /DescendantFonts [7 0 R] >>',
        },
        {
          value:
            '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /DW 1000 /FontDescriptor 8 0 R >>',
        },
        {
          value:
            '<< /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 700 /Descent -100 /CapHeight 700 /StemV 80 >>',
        },
      ],
    });
  const drawn: Record<string, { bytes: () => Buffer; ink: number; text: string }> = {
    'a scan in JPEG 2000': {
      bytes: () => scanOf(read('scans', 'scan.jp2'), '/Width 300 /Height 400 /Filter /JPXDecode'),
      ink: 0.15,
      text: '',
    },
    'a scan in JBIG2': {
      bytes: () =>
        scanOf(
          read('scans', 'scan.jb2'),
          '/Width 300 /Height 400 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode',
        ),
      ink: 0.15,
      text: '',
    },
    'Japanese without embedded fonts': { bytes: japanese, ink: 0.001, text: '履歴書' },
    'Latin text without embedded fonts': {
      bytes: () => pageOf({ content: 'BT /F 40 Tf 20 300 Td (Resume) Tj ET' }),
      ink: 0.005,
      text: 'Resume',
    },
    'what was typed into a form, whose program left it to the reader to draw it': {
      bytes: () =>
        pageOf({
          content: '',
          catalog: '/AcroForm << /Fields [6 0 R] /DR << /Font << /F 5 0 R >> >> >>',
          page: '/Annots [6 0 R]',
          others: [
            {
              value:
                '<< /Type /Annot /Subtype /Widget /F 4 /FT /Tx /T (name) /Rect [20 300 220 330] /DA (/F 12 Tf 0 g) /V (Typed here) >>',
            },
          ],
        }),
      ink: 0.001,
      text: 'Typed here',
    },
    'a picture faded by the brightness of another': {
      bytes: () =>
        pageOf({
          content: 'q /M gs 0 0 1 rg 0 0 300 400 re f Q 1 0 0 rg 0 0 150 200 re f',
          resources: '/ExtGState << /M << /SMask << /Type /Mask /S /Luminosity /G 6 0 R >> >> >>',
          others: [
            {
              value:
                '<< /Type /XObject /Subtype /Form /BBox [0 0 300 400] /Group << /S /Transparency /CS /DeviceGray >> >>',
              stream: '0 g 0 0 300 400 re f',
            },
          ],
        }),
      ink: 0.24, // the mask is black, so that of the blue nothing is left
      text: '',
    },
  };
  for (const [what, { bytes, ink, text }] of Object.entries(drawn)) {
    it(`draws ${what}`, async () => {
      const page = await desk().signIn();
      const frame = await openResume(page, await addResume(desk().fixture, 'pdf', bytes()));
      expect((await shown(frame)).status).to.equal('');
      const found = await inkOf(frame);
      expect(found).to.be.within(ink, what.includes('faded') ? 0.26 : 1);
      if (text) await frame.locator('#paper').getByText(text).waitFor();
    });
  }

  it('says of a document without text that there is none', async () => {
    const page = await desk().signIn();
    const { status } = await shown(
      await openResume(page, await addResume(desk().fixture, 'txt', Buffer.from(' \n\n'))),
    );
    expect(status).to.match(/no text in this document/);
  });

  it('lets text be found and selected, on pages that are not drawn', async () => {
    const page = await desk().signIn();
    const frame = await openResume(page, await addResume(desk().fixture, 'pdf', pagesOf(60)));
    await shown(frame);
    await frame.getByText('Number 60').waitFor({ state: 'attached' });
    const selected = await frame.evaluate(() => {
      const isFound = (window as unknown as { find: (text: string) => boolean }).find('Number 58');
      return isFound && getSelection()!.toString();
    });
    expect(selected).to.equal('Number 58');
    await frame.evaluate(() => getSelection()!.anchorNode!.parentElement!.scrollIntoView());
    await frame.getByText(/^Page 5[78] of 60$/).waitFor();
    await frame.locator('[aria-label="Page 58"] canvas').waitFor();
    expect(await frame.locator('canvas').count()).to.be.within(1, 12);
  });
});
