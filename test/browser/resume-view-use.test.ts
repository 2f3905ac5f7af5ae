import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { pagesOf } from '../fixtures/build-pdf';
import { overflow, violations } from '../support/browser/page-checks';
import { addResume, openResume, shown } from '../support/browser/resume-frame';
import { useDesk } from '../support/browser/sites';

describe('the frame around a resume', () => {
  const desk = useDesk();
  const threePages = () => addResume(desk().fixture, 'pdf', pagesOf(3));

  it('hands four keys to the page by their names, and no other', async () => {
    const page = await desk().signIn();
    const frame = await openResume(page, await threePages());
    await shown(frame);
    await page.evaluate(() => {
      const pressed: unknown[] = [];
      const take = (event: Event) => {
        event.stopImmediatePropagation(); // else the page is left
        pressed.push((event as CustomEvent).detail);
      };
      document.addEventListener('shortcut', take, { capture: true });
      Object.assign(window, { pressed });
    });
    await frame.locator('#paper').focus();
    for (const key of ['j', 'k', 'u', 'r', 'd', 'x', 'Control+j', 'Shift+R']) {
      await page.keyboard.press(key);
    }
    await frame.evaluate(() => {
      parent.postMessage({ type: 'key', key: 'constructor' }, '*');
      parent.postMessage({ type: 'key', key: ['j'] }, '*');
    });
    await page.waitForFunction(
      () => (window as never as { pressed: string[] }).pressed.length >= 4,
    );
    const pressed = await page.evaluate(() => (window as never as { pressed: string[] }).pressed);
    expect(pressed).to.deep.equal(['j', 'k', 'u', 'r']);
  });

  it('fits the width, and is made larger and smaller by keys and buttons', async () => {
    const page = await desk().signIn();
    const frame = await openResume(page, await threePages());
    await shown(frame);
    const width = () =>
      frame
        .locator('.page')
        .first()
        .evaluate((each) => each.clientWidth);
    const fitting = await width();
    expect(fitting).to.be.closeTo(await frame.locator('#paper').evaluate((e) => e.clientWidth), 20);
    await frame.locator('#paper').focus();
    await page.keyboard.press('+');
    expect(await width()).to.be.closeTo(fitting * 1.25, 2);
    await frame.getByRole('button', { name: 'Smaller' }).click();
    expect(await width()).to.be.closeTo(fitting, 2);
    await page.keyboard.press('-');
    expect(await width()).to.be.closeTo(fitting / 1.25, 2);
    await frame.getByRole('button', { name: 'Fit width' }).click();
    expect(await width()).to.be.closeTo(fitting, 2);
  });

  it('scrolls by keyboard alone, and says on which page one is', async () => {
    const page = await desk().signIn();
    const frame = await openResume(page, await threePages());
    await shown(frame);
    await page.getByRole('link', { name: 'Download' }).focus();
    const focused = () => frame.evaluate(() => document.hasFocus() && document.activeElement?.id);
    for (let i = 0; i < 8 && (await focused()) !== 'paper'; i++) {
      await page.keyboard.press('Tab'); // over three buttons
      await page.waitForTimeout(100); // the focus moves to another process
    }
    expect(await focused()).to.equal('paper');
    await page.keyboard.press('End');
    await frame.getByText('Page 3 of 3').waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing that axe finds, and no sideways scrolling at 320 px, in ${colorScheme}`, async () => {
      const viewport = { width: 320, height: 700 };
      const page = await desk().signIn(undefined, { colorScheme, viewport });
      for (const [type, bytes] of [
        ['pdf', pagesOf(3)],
        ['txt', Buffer.from(`A text\n${'x'.repeat(500)}`)],
        ['docx', Buffer.from('no document')],
      ] as const) {
        const frame = await openResume(page, await addResume(desk().fixture, type, bytes));
        await shown(frame);
        expect(await violations(page), type).to.deep.equal([]);
        expect(await violations(frame as never), type).to.deep.equal([]);
        expect(await overflow(page), type).to.be.empty;
        expect(await overflow(frame as never), type).to.deep.equal([]);
      }
    });
  }

  it('is not there without JavaScript, where the download is', async () => {
    const page = await desk().signIn(undefined, { javaScriptEnabled: false });
    await page.goto(await threePages());
    expect(await page.locator('iframe').count()).to.equal(0);
    expect(await page.getByRole('link', { name: 'Download' }).isVisible()).to.equal(true);
  });

  it('goes when the file cannot be loaded, and the page says why', async () => {
    const page = await desk().signIn();
    const url = await threePages();
    await desk()
      .fixture.owner('leads')
      .update({ resume_key: `resumes/${randomUUID()}` });
    await page.goto(url);
    await page.getByText('The stored file is missing. Please tell your administrator.').waitFor();
    expect(await page.locator('iframe').count()).to.equal(0);
  });

  it('reads as a resume read, not as a download', async () => {
    const page = await desk().signIn();
    await shown(await openResume(page, await threePages()));
    const actions = await desk().fixture.owner('audit_events').pluck<string[]>('action');
    expect(actions).to.include('RESUME_READ').and.not.include('RESUME_DOWNLOADED');
  });

  it('is refused a file that the library does not have', async () => {
    const page = await desk().signIn();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const frame = await openResume(page, await threePages());
    await shown(frame);
    const before = asked.length;
    const answers = await frame.evaluate(async () => {
      const names = ['../../leads', 'cmaps/none.bcmap', 'package.json', 'cmaps/H.bcmap'];
      const answered: unknown[] = [];
      const isDone = new Promise<void>((resolve) => {
        addEventListener('message', ({ data }: MessageEvent<{ name: string; bytes: unknown }>) => {
          answered.push([data.name, data.bytes !== null]);
          if (answered.length === names.length) resolve();
        });
      });
      for (const name of names) parent.postMessage({ type: 'file', name }, '*');
      await isDone;
      return answered;
    });
    expect(answers).to.deep.include.members([
      ['../../leads', false],
      ['cmaps/none.bcmap', false],
      ['package.json', false],
      ['cmaps/H.bcmap', true],
    ]);
    expect(asked.slice(before)).to.have.length(1);
    expect(asked.at(-1)).to.match(/cmaps\/H\.bcmap$/);
  });
});
