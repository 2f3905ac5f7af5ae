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
  /** Opens a page with the form, in its own browser context. */
  open: (options?: BrowserContextOptions) => Promise<Page>;
  /** Returns what was stored. */
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

/** Gives the tests of a block a browser; each test starts the site with the options that it needs. */
export function useSite(): (overrides?: Overrides) => Promise<Site> {
  const start = useBrowser(startSite);
  return async (overrides) => (await start(overrides)).site;
}

/** Returns a resume of this many bytes. */
export function aResume({ name = 'resume.pdf', bytes = minimalPdf.length } = {}) {
  const buffer = Buffer.concat([minimalPdf, Buffer.alloc(Math.max(0, bytes - minimalPdf.length))]);
  return { name, mimeType: 'application/pdf', buffer };
}

/** Returns the start of a JPEG file. */
export function aPhoto(name = 'IMG_0001.jpg') {
  const buffer = Buffer.from('ffd8ffe000104a46494600010100', 'hex');
  return { name, mimeType: 'image/jpeg', buffer };
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

/** Limits the speed in both directions, with the latency of a slow phone; -1 lifts the limit. */
export async function throttle(page: Page, bytesPerSecond: number): Promise<void> {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session); // a second session could not lift the limit of the first
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

/** The panel that shows that a submission is being sent. */
export const sending = (page: Page) =>
  page.getByRole('group', { name: 'Sending what you entered' });

/** The name of the chosen file. */
export const chosen = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLInputElement>('#resume')!.files![0]?.name);
