import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { listen } from '../../../common/http/listen';
import { layCable, type Cable } from './cable';
import { deskHost, useBrowser, watch } from './chromium';
import { minimalPdf, startPublicApp, type PublicFixture } from '../apps/public-app';

type Overrides = Parameters<typeof startPublicApp>[0];

export interface Site {
  fixture: PublicFixture;
  url: string;
  cable: Cable;
  /** A page with the form, in a window of its own. */
  open: (options?: BrowserContextOptions) => Promise<Page>;
  /** What was stored, as the owner sees it. */
  leads: () => Promise<Record<string, unknown>[]>;
}

async function startSite(
  browser: Browser,
  onTrouble: (what: string) => void,
  overrides?: Overrides,
) {
  const fixture = await startPublicApp(overrides);
  const listener = await listen(fixture.app, { host: '127.0.0.1', port: 0 });
  const cable = await layCable((listener.server.address() as { port: number }).port);
  const url = `http://${deskHost}:${cable.port}`;
  const site: Site = {
    fixture,
    url,
    cable,
    open: async (options = {}) => {
      const context = await browser.newContext({ baseURL: url, ...options });
      context.setDefaultTimeout(30_000); // on a busy machine
      const page = await context.newPage();
      watch(page, url, onTrouble);
      await page.goto('/');
      return page;
    },
    leads: () => fixture.owner('leads').orderBy('created_at'),
  };
  async function close(): Promise<void> {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await cable.close();
    await listener.close(1000);
    await fixture.close();
  }
  return { site, close };
}

/** A browser for the tests of a block; each starts the site as it needs it. */
export function useSite(): (overrides?: Overrides) => Promise<Site> {
  const start = useBrowser(startSite);
  return async (overrides) => (await start(overrides)).site;
}

/** A resume of so many bytes. */
export function aResume({ name = 'resume.pdf', bytes = minimalPdf.length } = {}) {
  const buffer = Buffer.concat([minimalPdf, Buffer.alloc(Math.max(0, bytes - minimalPdf.length))]);
  return { name, mimeType: 'application/pdf', buffer };
}

export async function fill(page: Page, { firstName = 'Carla', resume = aResume() } = {}) {
  await page.getByLabel('First name').fill(firstName);
  await page.getByLabel('Last name').fill('Moreno');
  await page.getByLabel('Email').fill('carla@example.com');
  await page.getByLabel('Resume').setInputFiles(resume);
}

export async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

const sessions = new WeakMap<Page, CDPSession>();

/** As slow as this, both ways, with the latency of a slow phone; -1 is as fast as it goes. */
export async function throttle(page: Page, bytesPerSecond: number): Promise<void> {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session); // another one would not lift what this one throttles
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}

export const thanks = /\/thank-you\?reference=[0-9a-f]{8}$/;

/** The problem above the form. */
export const summary = (page: Page) => page.locator('#summary .problem');

/** What shows that a submission is under way. */
export const sending = (page: Page) =>
  page.getByRole('group', { name: 'Sending what you entered' });

/** The name of the chosen file. */
export const chosen = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLInputElement>('#resume')!.files![0]?.name);
