import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Account } from '../../common/accounts';
import { listen } from '../../common/http/listen';
import { freePort } from '../../embedded/ports';
import { deskHost, launchChromium } from './chromium';
import { password, startInternalApp, type InternalFixture } from './internal-app';

const firm = {
  name: 'Lee & Partners',
  contact: undefined,
  privacyUrl: undefined,
  disclaimer: undefined,
  replyTime: 'a few working days',
};

export interface Desk {
  fixture: InternalFixture;
  url: string;
  /** A page of a window of its own, signed in as this account (Ann unless given). */
  signIn: (as?: Account, options?: BrowserContextOptions) => Promise<Page>;
}

/** The real app, listening under the host name that its pages are opened with. */
export async function startDesk(browser: Browser, onTrouble: (what: string) => void) {
  const port = await freePort();
  const url = `http://${deskHost}:${port}`;
  const config = { firm, baseUrl: url, trustedProxyHops: 0, overdueAfterHours: 24 };
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

/** Reports what no page may ever do. */
function watch(page: Page, url: string, onTrouble: (what: string) => void): void {
  page.on('pageerror', (error) => {
    onTrouble(`a script failed: ${error.message}`);
  });
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) onTrouble(message.text());
  });
  page.on('dialog', (dialog) => {
    onTrouble(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) onTrouble(`a request to ${request.url()}`);
  });
}

/** Presses the button of this name, and waits for the page that answers. */
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

/**
 * Gives each test of a block an app of its own and a browser in front of it, and fails the test when
 * a page got into trouble. Without a browser they are skipped, unless REQUIRE_BROWSER is 1.
 */
export function useDesk(): () => Desk {
  let browser: Browser | undefined;
  let started: Awaited<ReturnType<typeof startDesk>> | undefined;
  let troubles: string[];

  before(async function () {
    browser = await launchChromium();
    if (browser) return;
    if (process.env.REQUIRE_BROWSER === '1') throw new Error(noBrowser);
    console.log(`      skipped: ${noBrowser}`);
    this.skip();
  });

  beforeEach(async () => {
    troubles = [];
    started = await startDesk(browser!, (what) => troubles.push(what));
  });

  afterEach(async () => {
    await started?.close();
    started = undefined;
    if (troubles.length > 0) throw new Error(`A page got into trouble: ${troubles.join('; ')}`);
  });

  after(async () => {
    await browser?.close();
  });

  return () => started!.desk;
}

const noBrowser = 'there is no Chromium on the PATH; set CHROMIUM to where it is';
