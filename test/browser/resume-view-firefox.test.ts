import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'puppeteer-core';
import type { ResumeType } from '../../common/resumes/resume-type';
import { pagesOf, scanOf } from '../fixtures/build-pdf';
import * as hostile from '../fixtures/hostile-documents';
import { useFirefoxDesk } from '../support/browser/firefox';
import { addResume, startClock } from '../support/browser/resume-frame';

const scan = readFileSync(path.join(__dirname, '..', 'fixtures', 'scans', 'scan.jp2'));

/** Firefox may run the frame in the page's own process, where all that it does is felt. */
describe('a resume in Firefox', () => {
  const desk = useFirefoxDesk();

  async function open(page: Page, type: ResumeType, bytes: Buffer): Promise<Frame> {
    await page.goto(desk().url + (await addResume(desk().fixture, type, bytes)));
    const element = await page.waitForSelector('#resume iframe');
    return await element!.contentFrame();
  }

  /** Waits until the frame shows or says this. */
  async function sees(frame: Frame, text: string): Promise<void> {
    await frame.waitForFunction(
      (wanted) => document.body.innerText.includes(wanted),
      { polling: 100, timeout: 25_000 },
      text,
    );
  }

  const documents: Record<string, { type: ResumeType; bytes: () => Buffer; sees: string }> = {
    'shows a PDF': { type: 'pdf', bytes: () => pagesOf(3), sees: 'Number 1' },
    'shows a Word document, its scripts as text': {
      type: 'docx',
      bytes: hostile.hostileWord,
      sees: '<script>alert(2)</script>',
    },
    'ends a page that is drawn for ever': {
      type: 'pdf',
      bytes: hostile.endlessPage,
      sees: 'takes too long and was stopped',
    },
    'leaves out a scan of 100 megapixels': {
      type: 'pdf',
      bytes: hostile.hugeScan,
      sees: 'too large to be shown',
    },
    'shows the first of 10,000 pages': {
      type: 'pdf',
      bytes: hostile.manyPages,
      sees: '1000 of 10000 pages',
    },
    'stops unpacking what never ends': {
      type: 'docx',
      bytes: hostile.wordBomb,
      sees: 'too large to be shown',
    },
    'shows the beginning of 9 MB on one line': {
      type: 'txt',
      bytes: hostile.hugeText,
      sees: 'Only the beginning is shown',
    },
  };
  for (const [name, { type, bytes, sees: text }] of Object.entries(documents)) {
    it(`${name}, and the page goes on`, async () => {
      const page = await desk().signIn();
      const elsewhere: string[] = [];
      page.on('request', (request) => {
        const url = request.url(); // data: is a font of Firefox itself
        if (!/^(blob|about|data):/.test(url) && !url.startsWith(desk().url)) elsewhere.push(url);
      });
      page.on('dialog', (dialog) => elsewhere.push(dialog.message()));
      const frame = await open(page, type, bytes());
      const longestPause = await startClock(page);
      await sees(frame, text);
      expect(await longestPause()).to.be.below(2_000);
      expect(elsewhere).to.deep.equal([]);
      expect(
        await desk().fixture.owner('audit_events').where({ action: 'RESUME_READ' }),
      ).to.have.length(1);
    });
  }

  it('draws a scan in JPEG 2000, and hands keys to the page', async () => {
    const page = await desk().signIn();
    const bytes = scanOf(scan, '/Width 300 /Height 400 /Filter /JPXDecode');
    const frame = await open(page, 'pdf', bytes);
    await frame.waitForFunction(
      () => {
        const drawn = document.querySelector('canvas');
        if (!drawn) return false;
        const context = new OffscreenCanvas(1, 1).getContext('2d')!;
        const { width, height } = drawn;
        context.drawImage(drawn, width / 2, height / 8, 1, 1, 0, 0, 1, 1);
        return context.getImageData(0, 0, 1, 1).data[1]! < 100; // the red box of the scan
      },
      { polling: 100 },
    );
    await page.evaluate(() => {
      document.addEventListener('shortcut', (event) => {
        document.title = `pressed ${String((event as CustomEvent).detail)}`;
      });
    });
    await frame.focus('#paper');
    await page.keyboard.press('j');
    await page.waitForFunction(() => document.title === 'pressed j');
  });
});
