import { expect } from 'chai';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import {
  aPhoto,
  aResume,
  fill,
  send,
  throttle,
  useSite,
  type Site,
} from '../support/browser/form-browser';
import { overflow, smallTargets, violations } from '../support/browser/page-checks';

const screenshots = process.env.SCREENSHOTS; // a folder for screenshots

const long = {
  name: 'Wolfeschlegelsteinhausenbergerdorff & '.repeat(3),
  contact: `${'o'.repeat(60)}@${'w'.repeat(60)}.example, +1 555 0100`,
  privacyUrl: `https://lee.example/${'p'.repeat(200)}`,
  disclaimer: 'Sending this does not make us your attorneys. '.repeat(5),
  replyTime: 'a few working days',
};

/** Every state in which a prospect can see a page, in the order of a visit. */
const states: Record<string, (page: Page) => Promise<unknown>> = {
  form: (page) => page.goto('/'),
  'form with a refused file': async (page) => {
    await fill(page, { resume: aPhoto(`${'W'.repeat(200)}.jpg`) });
    await page.locator('#resume-error').waitFor();
  },
  'form while sending': async (page) => {
    await fill(page, { firstName: ' ', resume: aResume({ bytes: 400_000 }) });
    await throttle(page, 50_000);
    await send(page);
    await page.getByText(/^[1-9]\d* % of 0\.4 MB$/).waitFor();
  },
  'form with errors': async (page) => {
    await page.getByRole('button', { name: 'Cancel' }).click();
    await throttle(page, -1);
    await page.getByLabel('Resume').setInputFiles({ ...aResume(), buffer: Buffer.from('MZ') });
    await send(page);
    await page.locator('#summary .problem').waitFor();
  },
  'thank-you': (page) => page.goto('/thank-you?reference=1a2b3c4d'),
  'error page': (page) => page.goto('/nothing'),
};

describe('every page of the form', function () {
  this.timeout(60_000);
  const start = useSite();

  async function findOnEach(
    site: Site,
    options: BrowserContextOptions,
    look: (page: Page, name: string) => Promise<string[]>,
  ): Promise<string[]> {
    const page = await site.open(options);
    const found: string[] = [];
    for (const [name, reach] of Object.entries(states)) {
      await reach(page);
      for (const each of await look(page, name)) found.push(`${name}: ${each}`);
    }
    return found;
  }

  for (const [name, options] of Object.entries({
    light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
    dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
    phone: { viewport: { width: 320, height: 640 }, colorScheme: 'light' },
    'dark phone': { viewport: { width: 320, height: 640 }, colorScheme: 'dark' },
  } as const)) {
    it(`passes axe, with targets that are large enough: ${name}`, async () => {
      const site = await start();
      const found = await findOnEach(site, options, async (page, state) => {
        await take(page, `${state} ${name}`);
        return [...(await violations(page)), ...(await smallTargets(page))];
      });
      expect(found).to.deep.equal([]);
    });
  }

  it('fits a width of 320 pixels, however long the texts of the firm are', async () => {
    const site = await start({ config: { firm: long } });
    const found = await findOnEach(site, { viewport: { width: 320, height: 640 } }, overflow);
    expect(found).to.deep.equal([]);
  });

  it('prints in black on white, without buttons', async () => {
    const site = await start();
    const page = await site.open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colours = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return { color, backgroundColor };
    });
    expect(colours).to.deep.equal({ color: 'rgb(0, 0, 0)', backgroundColor: 'rgb(255, 255, 255)' });
    expect(await page.locator('button:visible').count()).to.equal(0);
    await take(page, 'form print');
  });

  it('weighs less than 50 kB in all, sets no cookie and asks no third party', async () => {
    const site = await start();
    const page = await site.open();
    const session = await page.context().newCDPSession(page);
    const urls = new Set<string>();
    let bytes = 0;
    page.on('response', (response) => urls.add(new URL(response.url()).pathname));
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength; // headers included
    });
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.goto('/', { waitUntil: 'networkidle' });
    expect([...urls]).to.include.members(['/', '/assets/public.css', '/assets/form.js']);
    expect(bytes).to.be.within(10_000, 50_000);
    expect(await page.context().cookies()).to.deep.equal([]);
  });
});

async function take(page: Page, name: string): Promise<void> {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  const file = path.join(screenshots, `${name.replaceAll(' ', '-')}.png`);
  await page.screenshot({ path: file, fullPage: true });
}
