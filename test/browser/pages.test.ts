import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { useDesk } from '../support/browser/sites';
import { deskPages, plain, unbroken, type Open } from '../support/apps/all-pages';
import { overflow, violations } from '../support/browser/page-checks';

describe('every page of the desk', function () {
  this.timeout(120_000); // about twenty pages each
  const desk = useDesk();

  /** Returns what `look` finds on each page, with the page's name. */
  async function findOnEach(
    page: Page,
    pages: Record<string, Open>,
    look: (page: Page) => Promise<string[]>,
  ): Promise<string[]> {
    const found: string[] = [];
    for (const [name, open] of Object.entries(pages)) {
      await open(page);
      for (const each of await look(page)) found.push(`${name}: ${each}`);
    }
    return found;
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`passes axe in ${colorScheme} colours`, async () => {
      const pages = await deskPages(desk(), plain);
      const page = await desk().signIn(desk().fixture.admin, { colorScheme });
      expect(await findOnEach(page, pages, violations)).to.deep.equal([]);
    });
  }

  it('passes axe on a phone', async () => {
    const pages = await deskPages(desk(), plain);
    const viewport = { width: 320, height: 640 };
    const page = await desk().signIn(desk().fixture.admin, { viewport });
    expect(await findOnEach(page, pages, violations)).to.deep.equal([]);
  });

  for (const width of [320, 740, 1280]) {
    it(`fits a width of ${width} pixels, whatever people typed`, async () => {
      const pages = await deskPages(desk(), unbroken);
      const viewport = { width, height: 640 };
      const page = await desk().signIn(desk().fixture.admin, { viewport });
      expect(await findOnEach(page, pages, overflow)).to.deep.equal([]);
    });
  }
});
