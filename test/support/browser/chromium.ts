import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Plain http on a host name, since browsers are more lenient with localhost. */
export const deskHost = 'desk.example';

/** Starts Chromium with a temporary profile. Returns undefined if this machine has none. */
export async function launchChromium(): Promise<Browser | undefined> {
  const executablePath = findChromium();
  if (!executablePath) return undefined;
  return chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0, // it refuses to start as root with one
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      `--host-resolver-rules=MAP ${deskHost} 127.0.0.1`,
    ],
  });
}

function findChromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

/** Reports what no page may do. */
export function watch(page: Page, url: string, onTrouble: (what: string) => void): void {
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

interface Closable {
  close(): Promise<void>;
}

/**
 * Gives the tests of a block a browser; each test calls the returned function, which runs `start`.
 * A page in trouble fails its test. Without a browser the tests are skipped, unless
 * REQUIRE_BROWSER is 1.
 */
export function useBrowser<Args extends unknown[], Started extends Closable>(
  start: (browser: Browser, onTrouble: (what: string) => void, ...args: Args) => Promise<Started>,
): (...args: Args) => Promise<Started> {
  let browser: Browser | undefined;
  let started: Started | undefined;
  let troubles: string[];

  before(async function () {
    browser = await launchChromium();
    if (browser) return;
    if (process.env.REQUIRE_BROWSER === '1') throw new Error(noBrowser);
    console.log(`      skipped: ${noBrowser}`);
    this.skip();
  });

  beforeEach(() => {
    troubles = [];
  });

  afterEach(async () => {
    await started?.close();
    started = undefined;
    if (troubles.length > 0) throw new Error(`A page got into trouble: ${troubles.join('; ')}`);
  });

  after(async () => {
    await browser?.close();
  });

  return async (...args) => {
    started = await start(browser!, (what) => troubles.push(what), ...args);
    return started;
  };
}

const noBrowser = 'there is no Chromium on the PATH; set CHROMIUM to where it is';
