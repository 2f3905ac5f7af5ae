import { existsSync } from 'node:fs';
import path from 'node:path';
import { launch, type Browser, type Page } from 'puppeteer-core';
import type { Account } from '../../../common/accounts/repository';
import { listen } from '../../../common/http/listen';
import { freePort } from '../../../embedded/ports';
import { internalConfig, password, startInternalApp } from '../apps/internal-app';
import { deskHost } from './chromium';

/** Starts Firefox with a temporary profile. Returns undefined if this machine has none. */
export async function launchFirefox(): Promise<Browser | undefined> {
  const executablePath = findFirefox();
  if (!executablePath) return undefined;
  return launch({
    browser: 'firefox',
    executablePath,
    extraPrefsFirefox: { 'network.dns.localDomains': deskHost },
  });
}

function findFirefox(): string | undefined {
  if (process.env.FIREFOX) return process.env.FIREFOX;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return ['firefox-esr', 'firefox']
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

/** Starts the real app, and opens pages of it in Firefox, signed in as this account. */
export async function startFirefoxDesk(browser: Browser) {
  const port = await freePort();
  const url = `http://${deskHost}:${port}`;
  const fixture = await startInternalApp({ config: { ...internalConfig, baseUrl: url } });
  const listener = await listen(fixture.app, { host: '127.0.0.1', port });
  const pages: Page[] = [];
  return {
    fixture,
    url,
    async signIn(as: Account = fixture.ann): Promise<Page> {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      pages.push(page);
      await page.authenticate({ username: as.email, password });
      return page;
    },
    async close(): Promise<void> {
      await Promise.all(pages.map((page) => page.browserContext().close()));
      await listener.close(1000);
      await fixture.close();
    },
  };
}

export type FirefoxDesk = Awaited<ReturnType<typeof startFirefoxDesk>>;

/**
 * Gives each test of a block its own app, with Firefox in front of it. Without a Firefox the tests
 * are skipped, unless REQUIRE_FIREFOX is 1.
 */
export function useFirefoxDesk(): () => FirefoxDesk {
  let browser: Browser | undefined;
  let desk: FirefoxDesk | undefined;

  before(async function () {
    browser = await launchFirefox();
    if (browser) return;
    if (process.env.REQUIRE_FIREFOX === '1') throw new Error(noFirefox);
    console.log(`      skipped: ${noFirefox}`);
    this.skip();
  });
  beforeEach(async () => {
    desk = await startFirefoxDesk(browser!);
  });
  afterEach(async () => {
    await desk?.close();
    desk = undefined;
  });
  after(async () => {
    await browser?.close();
  });

  return () => desk!;
}

const noFirefox = 'there is no Firefox on the PATH; set FIREFOX to where it is';
