import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { deskPages, plain, type Open } from '../support/apps/all-pages';
import { smallTargets } from '../support/browser/page-checks';
import { useDesk } from '../support/browser/sites';

const phone = { width: 360, height: 740 };

describe('the desk in every size and mode', function () {
  this.timeout(180_000); // some tests open every page
  const desk = useDesk();

  async function openList(options: object, count = 3): Promise<Page> {
    for (let i = 0; i < count; i++) await desk().fixture.addLead();
    const page = await desk().signIn(desk().fixture.admin, options);
    await page.goto('/leads');
    return page;
  }
  const style = (page: Page, selector: string, name: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, of) => getComputedStyle(element).getPropertyValue(of), name);
  const isVisible = (page: Page, selector: string) => page.locator(selector).first().isVisible();
  async function eachPage(page: Page, look: (name: string, page: Page) => Promise<void>) {
    const pages: Record<string, Open> = await deskPages(desk(), plain);
    for (const [name, open] of Object.entries(pages)) {
      await page.emulateMedia({ media: 'screen' });
      await open(page);
      await look(name, page);
    }
  }

  for (const javaScriptEnabled of [true, false]) {
    describe(`with JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
      it('shows the first lead on the first screen of a phone, the rest folded', async () => {
        const page = await openList({ viewport: phone, javaScriptEnabled });
        const box = await page.locator('tbody tr').first().boundingBox();
        expect(box!.y + box!.height).to.be.below(phone.height);
        expect(await isVisible(page, 'figure')).to.equal(false);
        expect(await isVisible(page, '#assigned')).to.equal(false);
        expect(await page.locator('.overview summary').innerText()).to.match(/Not opened yet\s+3/);
        await page.locator('.overview summary').click();
        expect(await isVisible(page, 'figure')).to.equal(true);
      });

      it('has figures, chart and filters open where there is room', async () => {
        const page = await openList({ viewport: { width: 1024, height: 768 }, javaScriptEnabled });
        for (const selector of ['figure', '#assigned', '#from', '.overview dd']) {
          expect(await isVisible(page, selector), selector).to.equal(true);
        }
        expect(await isVisible(page, '.fold > summary')).to.equal(false);
      });
    });
  }

  it('leaves a filter that narrows open on a phone', async () => {
    const page = await openList({ viewport: phone });
    for (const [query, isOpen] of [
      ['?q=carla', false],
      ['?assigned=nobody', true],
      ['?from=2026-01-01', true],
      ['?to=2030-01-01', true],
    ] as const) {
      await page.goto(`/leads${query}`);
      expect(await isVisible(page, '#from'), query).to.equal(isOpen);
    }
  });

  it('turns tables into cards up to 900 pixels', async () => {
    const page = await openList({ viewport: { width: 900, height: 800 } });
    await eachPage(page, async (name) => {
      if ((await page.locator('tbody tr').count()) === 0) return;
      await page.setViewportSize({ width: 900, height: 800 });
      expect(await style(page, 'tbody tr', 'display'), name).to.equal('block');
      await page.setViewportSize({ width: 901, height: 800 });
      expect(await style(page, 'tbody tr', 'display'), name).to.equal('table-row');
    });
  });

  it('has targets of 24 pixels, and of 44 on a phone', async () => {
    const page = await openList({});
    await eachPage(page, async (name) => {
      const small = await smallTargets(page);
      // The labels of the others are larger.
      expect(
        small.filter((each) => !each.includes('id="shortcuts-on"')),
        name,
      ).to.deep.equal([]);
    });
    await page.setViewportSize(phone);
    await eachPage(page, async (name) => {
      const low = await page
        .locator('button:visible, header a:visible, .tabs a:visible, select:visible')
        .evaluateAll((all) =>
          all
            .filter((each) => each.getBoundingClientRect().height < 44)
            .map((each) => each.outerHTML.slice(0, 80)),
        );
      expect(low, name).to.deep.equal([]);
    });
  });

  it('shows buttons, badges, the current tab and the chart in forced colours', async () => {
    const page = await openList({ forcedColors: 'active' });
    for (const selector of ['button.small', '.badge', '.tabs a']) {
      expect(await style(page, selector, 'border-top-style'), selector).to.equal('solid');
    }
    const [current, other] = ['.tabs a[aria-current]', '.tabs a:not([aria-current])'];
    const background = (selector: string) => style(page, selector, 'background-color');
    expect(await background(current)).to.not.equal(await background(other));
    expect(await style(page, 'header a[aria-current]', 'border-bottom-style')).to.equal('solid');
    const fills = ['rect.submissions', 'rect.outreaches'].map((each) => style(page, each, 'fill'));
    const colours = [...(await Promise.all(fills)), await style(page, 'body', 'background-color')];
    expect(new Set(colours)).to.have.property('size', 3);
  });

  it('prints what there is to read, and nothing to press', async () => {
    const page = await openList({ viewport: { width: 720, height: 1000 } });
    await eachPage(page, async (name) => {
      await page.emulateMedia({ media: 'print' });
      for (const selector of ['button', 'nav.main', '.tabs', 'select', 'iframe', 'footer a']) {
        const shown = page.locator(`${selector}:visible`);
        expect(await shown.count(), `${name}: ${selector}`).to.equal(0);
      }
    });
    await page.goto('/leads');
    expect(await style(page, 'tbody tr', 'display')).to.equal('table-row');
    expect(await isVisible(page, 'thead th:nth-child(2)')).to.equal(true);
    expect(await isVisible(page, 'footer p')).to.equal(true);
  });

  it('has an API page under 400 KB in all, which every page leads to', async () => {
    const page = await openList({});
    await eachPage(page, async (name) => {
      expect(await page.locator('footer a[href="/docs"]').count(), name).to.equal(1);
    });
    const sizes: Promise<number>[] = [];
    const docs = await page.context().newPage(); // which has asked for nothing yet
    docs.on('requestfinished', (request) => {
      sizes.push(request.response().then(async (response) => (await response!.body()).length));
    });
    await docs.goto('/docs', { waitUntil: 'networkidle' });
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(sizes).to.have.length.above(2);
    expect(total).to.be.below(400 * 1024);
  });
});
