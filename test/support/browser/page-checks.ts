import axe from 'axe-core';
import type { Page } from 'playwright-core';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Returns what axe finds on the page, with every `details` open. */
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

/** Returns the elements that make the page wider than the window, with every `details` open. */
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

/** Returns the targets below the minimum of WCAG 2.2 (2.5.8), which excepts links in a text. */
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
