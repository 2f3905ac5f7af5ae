import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { useDesk } from '../support/browser/sites';

describe('the keyboard', () => {
  const desk = useDesk();
  let page: Page;
  let ids: string[];

  beforeEach(async () => {
    ids = [];
    for (const lastName of ['One', 'Two', 'Three']) {
      ids.push((await desk().fixture.addLead({ lastName })).id);
    }
    page = await desk().signIn();
    await page.goto('/leads');
  });

  async function press(...keys: string[]): Promise<void> {
    for (const key of keys) await page.keyboard.press(key);
  }

  const focused = (what: 'id' | 'href') =>
    page.evaluate((name) => document.activeElement?.getAttribute(name), what);
  const isOpen = () => page.locator('#shortcuts').isVisible();
  const lead = (i: number) => `/leads/${ids[i]!}`;

  it('skips to the content first', async () => {
    await press('Tab');
    const skip = await page.locator(':focus').boundingBox();
    expect(skip!.height).to.be.above(10); // not the one pixel of a hidden element
    await press('Enter');
    expect(await focused('id')).to.equal('main');
  });

  it('moves from lead to lead with j and k, and opens one with Enter', async () => {
    await press('k');
    expect(await focused('href')).to.equal(null);
    await press('j');
    expect(await focused('href')).to.equal(lead(0));
    await press('j', 'j', 'j');
    expect(await focused('href')).to.equal(lead(2));
    await press('k');
    expect(await focused('href')).to.equal(lead(1));
    await Promise.all([page.waitForEvent('load'), press('Enter')]);
    expect(page.url()).to.equal(`${desk().url}${lead(1)}`);
  });

  it('moves on from the row whose checkbox or button has the focus', async () => {
    await page.locator('input[name=ids]').nth(1).focus();
    await press('Space', 'j');
    expect(await focused('href')).to.equal(lead(2));
    expect(await page.locator('input[name=ids]').nth(1).isChecked()).to.be.true;
    await page.locator('tbody button').nth(1).focus();
    await press('k');
    expect(await focused('href')).to.equal(lead(0));
  });

  it('moves to the search with a slash, and types there', async () => {
    await page.goto('/leads?q=Carla');
    await press('/');
    await page.keyboard.type('j/k?');
    expect(await page.locator('#q').inputValue()).to.equal('j/k?');
    expect(await isOpen()).to.be.false;
  });

  it('shows the shortcuts with a question mark, and stays in their dialog until Escape', async () => {
    await press('j', '?');
    expect(await isOpen()).to.be.true;
    await press('j', '/', '?');
    expect(await focused('href')).to.equal(null);
    expect(await focused('id')).to.not.equal('q');
    expect(await isOpen()).to.be.true;
    await press('Escape');
    expect(await isOpen()).to.be.false;
    expect(await focused('href')).to.equal(lead(0));
  });

  it('leaves what belongs to the browser alone', async () => {
    await press('Control+j', 'Alt+j', 'Meta+j', 'Control+/');
    expect(await focused('href')).to.equal(null);
    expect(await focused('id')).to.equal(null);
  });

  it('has no shortcuts while they are switched off', async () => {
    const flip = async () => {
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await page.getByLabel('Shortcuts are on').click();
      await press('Escape');
    };
    await flip();
    for (const visit of ['this', 'next']) {
      await page.locator('#q').blur();
      await press('j', '/', '?');
      expect(await focused('href'), visit).to.equal(null);
      expect(await focused('id'), visit).to.not.equal('q');
      expect(await isOpen(), visit).to.be.false;
      await page.reload();
    }
    await flip();
    await press('j');
    expect(await focused('href')).to.equal(lead(0));
  });

  it('selects every lead of the page at once, and clears the selection', async () => {
    const all = page.getByLabel('Select all on this page');
    const ticked = () => page.locator('input[name=ids]:checked').count();
    await all.focus();
    await press('Space');
    expect(await ticked()).to.equal(3);
    await page.locator('input[name=ids]').first().click();
    expect(await all.isChecked()).to.be.false;
    await page.locator('input[name=ids]').first().click();
    expect(await all.isChecked()).to.be.true;
    await all.press('Space');
    expect(await ticked()).to.equal(0);
  });

  for (const [name, url] of [
    ['worklist', () => '/leads'],
    ['lead', () => lead(0)],
    ['outbox', () => '/outbox?state=QUEUED'],
    ['accounts', () => '/accounts'],
  ] as const) {
    it(`reaches everything on the page ${name}, with a visible focus`, async () => {
      page = await desk().signIn(desk().fixture.admin);
      await page.goto(url(), { waitUntil: 'networkidle' }); // the resume is there, too
      const operable = await page.evaluate(nameOperable);
      const [reached, seen] = [new Set<string>(), new Set<string>()];
      for (let i = 0; i < 6 * operable; i++) {
        await press('Tab');
        const stop = await page.evaluate(describeFocus);
        if (!stop) break;
        if (stop.isFrame) continue; // what is inside is the resume's
        reached.add(stop.name);
        if (stop.isSeen) seen.add(stop.name); // a date field has several stops
      }
      expect([...seen]).to.deep.equal([...reached]);
      expect(reached.size).to.equal(operable).and.be.above(5);
    });
  }
});

/** Names each element of the page that can be operated. Returns how many there are. */
function nameOperable(): number {
  for (const each of document.querySelectorAll('details')) each.open = true;
  const selector = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const elements = [...document.querySelectorAll<HTMLElement>(selector)].filter((each) =>
    each.checkVisibility({ visibilityProperty: true }),
  );
  for (const [i, each] of elements.entries()) {
    each.dataset.name = `${i} ${each.outerHTML.slice(0, 100)}`;
  }
  return elements.length;
}

/** Returns the element with the focus, and whether the focus is visible and nothing covers it. */
function describeFocus() {
  const element = document.activeElement as HTMLElement;
  if (element === document.body) return undefined;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, top, width, height } = element.getBoundingClientRect();
  const [above, below] = [Math.max(top, 0), Math.min(top + height, innerHeight)];
  const onTop = document.elementFromPoint(left + width / 2, (above + below) / 2);
  const isOnTop = [element.contains(onTop), onTop?.contains(element)].includes(true);
  const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const isFrame = element.localName === 'iframe';
  return { name: element.dataset.name ?? 'nameless', isSeen: isOnTop && isOutlined, isFrame };
}
