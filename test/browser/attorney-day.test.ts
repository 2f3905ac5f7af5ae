import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResumeType } from '../../common/resumes/resume-type';
import { pageOf, pagesOf, scanOf, written } from '../fixtures/build-pdf';
import { useFirefoxDesk } from '../support/browser/firefox';
import { addResume } from '../support/browser/resume-frame';
import { useDesk } from '../support/browser/sites';

const fixture = (...file: string[]) =>
  readFileSync(path.join(__dirname, '..', 'fixtures', ...file));
const corpus = (type: ResumeType, file: string) => fixture('corpora', 'docs', type, file);
const scan = (file: string, dictionary: string) =>
  scanOf(fixture('scans', file), `/Width 300 /Height 400 ${dictionary}`);

/** Ten resumes, each with a text that is to be read; of a scan, there is ink alone. */
const resumes: [type: ResumeType, bytes: Buffer, text: string][] = [
  ['pdf', pagesOf(3), 'Number 1'],
  ['docx', corpus('docx', 'tika-testWORD_1img.docx'), 'The quick brown fox'],
  ['txt', corpus('txt', 'tika-testTXT_win-1252.txt'), '“win'],
  ['odt', fixture('field', 'libreoffice.odt'), 'Cook, 2019-2024'],
  ['pdf', scan('scan.jp2', '/Filter /JPXDecode'), ''],
  ['doc', corpus('doc', 'poi-simple.doc'), ''],
  ['docx', corpus('docx', 'poi-HeaderFooterUnicode.docx'), 'simple header, with a €'],
  ['pdf', corpus('pdf', 'pdfjs-asciihexdecode.pdf'), 'Hello world'],
  ['txt', corpus('txt', 'own-utf16le-nobom.txt'), 'Zoë Müller'],
  ['pdf', pageOf({ content: written('The tenth') }), 'The tenth'],
];

/** What the pages of both drivers can do. */
interface Tab {
  goto: (url: string) => Promise<unknown>;
  bringToFront: () => Promise<void>;
  keyboard: { press: (key: string) => Promise<void> };
  evaluate: <T>(read: () => T) => Promise<T>;
  frames: () => { url: () => string; evaluate: <T>(read: () => T) => Promise<T> }[];
}

for (const [name, useBrowserDesk] of [
  ['Chromium', useDesk],
  ['Firefox', useFirefoxDesk],
] as const) {
  describe(`an attorney’s day in ${name}`, () => {
    const desk: () => Pick<ReturnType<ReturnType<typeof useDesk>>, 'fixture' | 'url'> & {
      signIn: (as?: ReturnType<ReturnType<typeof useDesk>>['fixture']['ann']) => Promise<unknown>;
    } = useBrowserDesk();
    const signIn = async (who: 'ann' | 'bob') => (await desk().signIn(desk().fixture[who])) as Tab;

    it('reads and decides ten leads in 12 keys, three for the first and one for each other', async () => {
      for (const [i, [type, bytes]] of resumes.entries()) {
        await addResume(desk().fixture, type, bytes, { lastName: `No ${i}` });
      }
      const tab = await signIn('ann');
      await tab.goto(`${desk().url}/leads`);
      const keys = ['j', 'Enter', ...resumes.map(() => 'r')];
      let count = 0;
      const strike = () => tab.keyboard.press(keys[count++]!);
      await strike();
      await strike();
      for (const [i, [type, , text]] of resumes.entries()) {
        await until(async () => (await tab.evaluate(readHeading)) === `Carla No ${i}`);
        await until(() => (type === 'doc' ? saysDownload(tab) : shows(tab, type, text)));
        await sleep(300); // right after a decision, the page takes the key for the same press
        await strike();
      }
      expect(count).to.equal(12);
      await until(() => tab.evaluate(() => location.pathname === '/leads'));
      expect(await tab.evaluate(readPage)).to.include('No lead is waiting.');
      const { owner } = desk().fixture;
      expect(await owner('leads').where({ state: 'REACHED_OUT' })).to.have.length(10);
      const read = await owner('audit_events').where('action', 'like', 'RESUME_%').pluck('action');
      expect(read).to.deep.equal(Array.from({ length: 9 }, () => 'RESUME_READ'));
    });

    it('shows two attorneys on one lead to each other, and the second who was first', async () => {
      const url = `${desk().url}${await addResume(desk().fixture, 'pdf', pagesOf(1))}`;
      const [ann, bob] = [await signIn('ann'), await signIn('bob')];
      await ann.goto(url);
      await bob.goto(url);
      expect(await bob.evaluate(readNews)).to.match(/^Ann opened this lead just now\./);
      await ann.bringToFront();
      await ann.evaluate(passHalfMinute);
      await until(async () => (await ann.evaluate(readNews)).startsWith('Bob opened this lead'));
      await ann.keyboard.press('r');
      await until(() => ann.evaluate(() => location.pathname === '/leads'));
      await bob.bringToFront();
      await bob.keyboard.press('r');
      await until(() => bob.evaluate(() => document.querySelector('.flash, .problem') !== null));
      expect(await bob.evaluate(readPage)).to.include('Already reached out: Ann did');
    });
  });
}

const readPage = () => document.querySelector('main')!.innerText;
const readHeading = () => document.querySelector('h1')!.innerText;
const readNews = () => document.getElementById('news')!.innerText.replaceAll(/\s+/g, ' ');

async function saysDownload(tab: Tab): Promise<boolean> {
  return (await tab.evaluate(readPage)).includes('cannot be shown here');
}

/** Whether the frame, scrolled to, shows the text and, of a PDF, a first page with ink on it. */
async function shows(tab: Tab, type: ResumeType, text: string): Promise<boolean> {
  await tab.evaluate(() => {
    document.querySelector('#resume iframe')!.scrollIntoView();
  });
  const frame = tab.frames().find((each) => each.url().endsWith('/view'))!;
  const shown = await frame.evaluate(readFrame);
  return shown.text.includes(text) && (type !== 'pdf' || shown.ink > 0);
}

function readFrame(): { text: string; ink: number } {
  const text = document.getElementById('paper')!.innerText;
  const drawn = document.querySelector('canvas');
  if (!drawn) return { text, ink: 0 };
  const context = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d')!;
  context.drawImage(drawn, 0, 0);
  const { data } = context.getImageData(0, 0, drawn.width, drawn.height);
  return { text, ink: data.filter((value, i) => i % 4 === 1 && value < 200).length };
}

/** The page asks for news every 30 s, and at once when it comes into sight after that time. */
function passHalfMinute(): void {
  const now = Date.now.bind(Date);
  Date.now = () => now() + 31_000;
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Polls, also over the change of pages. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    if (await isSo().catch(() => false)) return;
    await sleep(50);
  }
  expect.fail(`never: ${String(isSo)}`);
}
