import axe from 'axe-core';
import type { Page } from 'playwright-core';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page, with everything unfolded. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(openDetails);
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(
    (values) =>
      (window as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: { type: 'tag', values },
      }),
    rules,
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** The elements that make the page wider than the window, with everything unfolded. */
export async function overflow(page: Page): Promise<string[]> {
  await page.evaluate(openDetails);
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((each) => each.getBoundingClientRect().right > clientWidth)
      .map((each) => `${each.outerHTML.slice(0, 80)} reaches over ${clientWidth}`)
      .slice(0, 5);
  });
}

/** What can be pointed at, and is smaller than WCAG 2.2 (2.5.8) has it; links in a text may be. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, input:not([type=hidden], #website)')]
      .filter((each) => each.checkVisibility())
      .filter((each) => Math.min(each.clientWidth, each.clientHeight) < 24)
      .map((each) => each.outerHTML.slice(0, 80)),
  );
}

function openDetails(): void {
  for (const details of document.querySelectorAll('details')) details.open = true;
}
