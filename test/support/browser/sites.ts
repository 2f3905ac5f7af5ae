import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Account } from '../../../common/accounts/repository';
import { listen } from '../../../common/http/listen';
import { freePort } from '../../../embedded/ports';
import { deskHost, useBrowser, watch } from './chromium';
import { firm, password, startInternalApp, type InternalFixture } from '../apps/internal-app';

export interface Desk {
  fixture: InternalFixture;
  url: string;
  /** Opens a page in its own browser context, signed in as this account (Ann unless given). */
  signIn: (as?: Account, options?: BrowserContextOptions) => Promise<Page>;
}

/** Starts the real app, listening under the host name that its pages are opened with. */
export async function startDesk(browser: Browser, onTrouble: (what: string) => void) {
  const port = await freePort();
  const url = `http://${deskHost}:${port}`;
  const config = {
    firm,
    baseUrl: url,
    trustedProxyHops: 0,
    overdueAfterHours: 24,
    timeZone: 'UTC',
    attorneyEmails: [],
  };
  const fixture = await startInternalApp({ config });
  const listener = await listen(fixture.app, { host: '127.0.0.1', port });

  const desk: Desk = {
    fixture,
    url,
    signIn: async (as = fixture.ann, options = {}) => {
      const httpCredentials = { username: as.email, password, origin: url };
      const context = await browser.newContext({ baseURL: url, httpCredentials, ...options });
      context.setDefaultTimeout(30_000); // a page of a thousand accounts, on a busy machine
      const page = await context.newPage();
      watch(page, url, onTrouble);
      return page;
    },
  };
  async function close(): Promise<void> {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener.close(1000);
    await fixture.close();
  }
  return { desk, close };
}

/** Presses the button of this name, and waits for the page that follows. */
export function press(page: Page, name: string | RegExp): Promise<unknown> {
  return clickThrough(page, page.getByRole('button', { name, exact: true }));
}

/** Follows the link of this name, and waits for its page. */
export function follow(page: Page, name: string): Promise<unknown> {
  return clickThrough(page, page.getByRole('link', { name, exact: true }));
}

function clickThrough(page: Page, target: Locator): Promise<unknown> {
  return Promise.all([page.waitForEvent('load'), target.click()]);
}

/** Gives each test of a block its own app, with a browser in front of it. */
export function useDesk(): () => Desk {
  const start = useBrowser(startDesk);
  let desk: Desk;

  beforeEach(async () => {
    ({ desk } = await start());
  });

  return () => desk;
}
