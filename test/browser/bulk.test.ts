import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { press, useDesk } from '../support/browser/sites';

describe('changes of several leads in the browser', () => {
  const desk = useDesk();

  async function add(count: number): Promise<void> {
    for (let i = 1; i <= count; i++) await desk().fixture.addLead({ lastName: `No${i}` });
  }
  const states = async () =>
    desk().fixture.owner('leads').orderBy('created_at').pluck<string[]>('state');

  /** Presses Tab until the element has the focus. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab');
      if (await page.locator(selector).evaluate((it) => it === document.activeElement)) return;
    }
    throw new Error(`Tab never reached ${selector}`);
  }

  it('are made by keyboard alone', async () => {
    await add(3);
    const page = await desk().signIn();
    await page.goto('/leads');
    await tabTo(page, '#select-all');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+Tab'); // back to the buttons
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).to.include(
      'Mark selected as reached out',
    );
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    expect(await page.locator('[role=status]').allInnerTexts()).to.include(
      '3 of 3 marked as reached out.',
    );
    expect(await states()).to.deep.equal(Array(3).fill('REACHED_OUT'));
  });

  for (const javaScriptEnabled of [true, false]) {
    const script = javaScriptEnabled ? 'with' : 'without';

    it(`are made for all of a view, ${script} JavaScript`, async () => {
      await add(4);
      const page = await desk().signIn(undefined, { javaScriptEnabled });
      await page.goto('/leads?limit=2');
      await page.getByLabel('All 4 leads of this view').check();
      await press(page, 'Mark selected as reached out');
      expect(await page.locator('main').innerText()).to.include('4 of 4');
      expect(await states()).to.deep.equal(Array(4).fill('REACHED_OUT'));
    });

    it(`delete only what is confirmed by its number, ${script} JavaScript`, async () => {
      const { fixture } = desk();
      await add(3);
      const page = await desk().signIn(fixture.admin, { javaScriptEnabled });
      await page.goto('/leads');
      for (const box of await page.locator('input[name=ids]').all()) await box.check();
      await press(page, 'Delete selected…');
      expect(await page.locator('h1').innerText()).to.equal('Delete 3 leads');
      await page.locator('#confirm').fill('3');
      await press(page, 'Delete permanently');
      expect(await page.locator('main').innerText()).to.include('3 of 3 deleted.');
      expect(await states()).to.deep.equal([]);
    });
  }

  for (const [how, again] of [
    ['a reload', (page: Page) => page.reload()],
    [
      'going away and back',
      async (page: Page) => {
        await page.goto('/account');
        await page.goBack();
      },
    ],
  ] as const) {
    it(`select no other leads by ${how}, after one has left the list`, async () => {
      await add(6);
      const { fixture, signIn } = desk();
      const page = await signIn();
      await page.goto('/leads?limit=3');
      await page.getByLabel('Select Carla No1').check();
      await page.getByLabel('All 6 leads of this view').check();
      const left = fixture.owner('leads').where({ last_name: 'No1' });
      await left.update({ flagged_reason: 'honeypot' });
      await again(page);
      await page.getByLabel('Select Carla No2').waitFor();
      const checked = page.locator('table input:checked, #bulk input:checked');
      expect(await checked.count()).to.equal(0);
    });
  }

  it('show which leads are new by weight and by word', async () => {
    await add(2);
    const page = await desk().signIn();
    await page.goto('/leads');
    await page.getByRole('link', { name: 'Carla No1', exact: true }).click();
    await page.locator('h1').waitFor();
    await page.goto('/leads');
    const weight = (name: string) =>
      page
        .getByRole('link', { name, exact: true })
        .evaluate((link) => Number(getComputedStyle(link).fontWeight));
    expect(await weight('Carla No2')).to.equal(700);
    expect(await weight('Carla No1')).to.be.below(600);
    expect(await page.locator('tr', { hasText: 'Carla No2' }).innerText()).to.include('New');
    expect(await page.locator('tr', { hasText: 'Carla No1' }).innerText()).to.not.include('New');
  });
});
