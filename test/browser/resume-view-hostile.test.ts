import { expect } from 'chai';
import type { ResumeType } from '../../common/resumes/resume-type';
import { pagesOf } from '../fixtures/build-pdf';
import * as hostile from '../fixtures/hostile-documents';
import {
  addResume,
  openResume,
  requestsOfFrames,
  shown,
  startClock,
} from '../support/browser/resume-frame';
import { useDesk } from '../support/browser/sites';

interface Case {
  type: ResumeType;
  bytes: () => Buffer;
  status?: RegExp;
  shows?: string;
}

const pdfs = Object.entries(hostile.hostilePdfs).map(([name, { bytes, shows }]): [string, Case] => [
  `a PDF with ${name}`,
  { type: 'pdf', bytes, shows },
]);

const cases: Record<string, Case> = {
  ...Object.fromEntries(pdfs),
  'a PDF of 10,000 pages': {
    type: 'pdf',
    bytes: hostile.manyPages,
    status: /^1000 of 10000 pages are shown/,
    shows: 'Number 1',
  },
  'a scan of 100 megapixels': {
    type: 'pdf',
    bytes: hostile.hugeScan,
    shows: 'A picture on this page is too large',
  },
  'a font whose letters draw themselves': {
    type: 'pdf',
    bytes: hostile.loopingFont,
    shows: 'Plain',
  },
  'a page that is drawn for ever': {
    type: 'pdf',
    bytes: hostile.endlessPage,
    shows: 'takes too long and was stopped',
  },
  'a Word document with scripts, images and a template elsewhere': {
    type: 'docx',
    bytes: hostile.hostileWord,
    shows: '<img src=x onerror=alert(1)>',
  },
  'a Word document that unpacks to 200 MB': {
    type: 'docx',
    bytes: hostile.wordBomb,
    status: /too large to be shown/,
  },
  'a text of 9 MB on one line that turns its direction': {
    type: 'txt',
    bytes: hostile.hugeText,
    status: /Only the beginning is shown/,
    shows: 'Start',
  },
};

describe('a hostile resume', () => {
  const desk = useDesk(); // where a dialog, or a request to elsewhere, fails the test

  for (const [name, { type, bytes, status = /^$/, shows = '' }] of Object.entries(cases)) {
    it(`does nothing to the page: ${name}`, async () => {
      const page = await desk().signIn();
      const requests = requestsOfFrames(page);
      const url = await addResume(desk().fixture, type, bytes());
      const frame = await openResume(page, url);
      const longestPause = await startClock(page);
      const said = await shown(frame);
      expect(said.status).to.match(status);
      if (shows) await frame.getByText(shows).first().waitFor({ state: 'attached' });
      expect(await frame.locator('a, img, script[src], object, embed, iframe').count()).to.equal(0);
      expect(await frame.locator('canvas').count()).to.be.below(12);
      expect(requests).to.deep.equal([]);
      expect(page.url()).to.equal(desk().url + url);
      expect(frame.url()).to.equal(`${desk().url + url}/view`);
      expect(page.context().pages()).to.have.length(1);
      expect(await longestPause()).to.be.below(2_000);
      await page.getByRole('link', { name: 'Download' }).focus(); // the page answers
    });
  }

  it('cannot fetch, open, navigate or store, even with a script of its own', async () => {
    const watched = await desk().signIn(); // where each refusal would be a trouble
    const page = await watched.context().newPage();
    const requests = requestsOfFrames(page);
    const url = await addResume(desk().fixture, 'txt', Buffer.from('A text'));
    const frame = await openResume(page, url);
    await shown(frame);
    const outcomes = await frame.evaluate(async (address) => {
      const outcome = async (attempt: () => unknown) => {
        try {
          return String(await attempt());
        } catch {
          return 'refused';
        }
      };
      const worker = `
        fetch(${JSON.stringify(address)}).then(() => postMessage('fetched'), () => postMessage('refused'))`;
      return {
        fetch: await outcome(() => fetch(address)),
        parent: await outcome(() => parent.document.title),
        storage: await outcome(() => localStorage.length),
        cookies: await outcome(() => document.cookie),
        // Later, since the browser lets what the test itself runs do this.
        eval: await new Promise((resolve) => {
          setTimeout(() => void outcome(() => (0, eval)('1')).then(resolve));
        }),
        popup: await outcome(() => window.open('about:blank')),
        top: await outcome(() => {
          top!.location.href = 'about:blank';
        }),
        worker: await outcome(
          () =>
            new Promise((resolve) => {
              const each = new Worker(URL.createObjectURL(new Blob([worker])));
              each.onmessage = ({ data }) => resolve(data);
            }),
        ),
      };
    }, `${desk().url}/leads`);
    expect(outcomes).to.deep.equal({
      ...{ fetch: 'refused', parent: 'refused', storage: 'refused', cookies: 'refused' },
      ...{ eval: 'refused', popup: 'null', top: 'refused', worker: 'refused' },
    });
    expect(requests).to.deep.equal([]);
    expect(page.url()).to.equal(desk().url + url);
  });

  it('says that pages are not drawn after others took too long', async () => {
    const page = await desk().signIn();
    const frame = await openResume(page, await addResume(desk().fixture, 'pdf', pagesOf(60)));
    await shown(frame);
    await frame.getByText('Number 60').waitFor({ state: 'attached' });
    // As after the last of its workers: the drawing of page 1 for another size took 10 s.
    await frame.evaluate(`
      workers = maxWorkers;
      job = { type: 'draw', page: 1, scale: wantedScale(pages.sheets[0]) };
      finish({ type: 'failed', reason: 'slow' });
    `);
    expect(await frame.locator('[aria-label="Page 1"] canvas').count()).to.equal(1);
    expect(await frame.locator('.note').count()).to.equal(0);
    await frame.locator('#paper').press('End');
    await frame.getByText('This page is not drawn, because others took too long.').last().waitFor();
  });

  it('cannot press keys, nor have files fetched without end', async () => {
    const page = await desk().signIn();
    const url = await addResume(desk().fixture, 'pdf', pagesOf(1));
    const frame = await openResume(page, url);
    await shown(frame);
    let asked = 0;
    page.on('request', () => asked++);
    await frame.evaluate(async () => {
      parent.postMessage({ type: 'key', key: 'r' }, '*');
      let answers = 0;
      const areAll = new Promise((resolve) => {
        addEventListener('message', () => ++answers === 1000 && resolve(undefined));
      });
      for (let i = 0; i < 1000; i++)
        parent.postMessage({ type: 'file', name: 'cmaps/H.bcmap' }, '*');
      await areAll;
    });
    expect(asked).to.be.within(1, 202);
    expect(page.url()).to.equal(desk().url + url);
    expect(await desk().fixture.owner('leads').where({ state: 'PENDING' })).to.have.length(1);
  });
});
