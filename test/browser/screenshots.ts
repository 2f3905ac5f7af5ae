import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { listen } from '../../common/http/listen';
import { createLocalIntake } from '../../common/resumes/local/intake';
import { addExampleLeads } from '../../seeds/example-leads/add-leads';
import { startDesk, type Desk } from '../support/browser/sites';
import { launchChromium } from '../support/browser/chromium';
import { stopTestPostgres } from '../support/process/postgres';
import { startPublicApp } from '../support/apps/public-app';

const images = path.join(__dirname, '../..', 'docs', 'images');
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/**
 * Takes the screenshots of the documentation. With `--all <folder>`: of every page of the desk, on
 * a desktop and a phone, in light and dark colours.
 */
async function main(): Promise<void> {
  const [option, folder] = process.argv.slice(2);
  if (option !== undefined && (option !== '--all' || folder === undefined)) {
    throw new Error('Usage: npm run screenshots [-- --all <folder>]');
  }
  const browser = await launchChromium();
  if (!browser) throw new Error('There is no Chromium on the PATH; set CHROMIUM to where it is.');
  try {
    if (folder === undefined) await takeImages(browser);
    else await takeAll(browser, folder);
  } finally {
    await browser.close();
    await stopTestPostgres();
  }
}

async function takeImages(browser: Browser): Promise<void> {
  await mkdir(images, { recursive: true });
  await takeForm(browser);
  await withDesk(browser, async (desk) => {
    await fill(desk);
    const page = await desk.signIn(desk.fixture.ann, { viewport: desktop });
    await page.goto('/leads');
    await page.screenshot({ path: path.join(images, 'worklist.png') });
  });
}

async function takeForm(browser: Browser): Promise<void> {
  const fixture = await startPublicApp();
  const listener = await listen(fixture.app, { host: '127.0.0.1', port: 0 });
  const { port } = listener.server.address() as { port: number };
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.screenshot({ path: path.join(images, 'form.png'), fullPage: true });
  await page.close();
  await listener.close(1000);
  await fixture.close();
}

async function takeAll(browser: Browser, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await withDesk(browser, async (desk) => {
    await takeEach(desk, folder, { 'leads-empty': '/leads', 'outbox-empty': '/outbox' });
  });
  await withDesk(browser, async (desk) => {
    const { waiting, reachedOut, flagged } = await fill(desk);
    await takeEach(desk, folder, {
      leads: '/leads',
      'leads-flagged': '/leads?flagged=true',
      'leads-filtered': '/leads?state=PENDING&q=ha&sort=last_name',
      'leads-no-match': '/leads?q=nobody',
      'lead-waiting': `/leads/${waiting}`,
      'lead-reached-out': `/leads/${reachedOut}`,
      'lead-flagged': `/leads/${flagged}`,
      'reached-out': '/leads?state=REACHED_OUT',
      storage: '/storage',
      outbox: '/outbox',
      'outbox-queued': '/outbox?state=QUEUED',
      accounts: '/accounts',
      account: '/account',
      audit: '/audit',
      'error-404': '/leads/1',
      'error-400': '/leads?limit=0',
    });
  });
}

async function takeEach(desk: Desk, folder: string, urls: Record<string, string>): Promise<void> {
  for (const [device, viewport] of Object.entries({ desktop, phone })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await desk.signIn(desk.fixture.admin, { viewport, colorScheme });
      for (const [name, url] of Object.entries(urls)) {
        await take(page, url, path.join(folder, `${name}-${device}-${colorScheme}.png`));
      }
      await page.context().close();
    }
  }
}

async function take(page: Page, url: string, file: string): Promise<void> {
  await page.goto(url);
  await page.screenshot({ path: file, fullPage: true });
}

async function withDesk(browser: Browser, use: (desk: Desk) => Promise<void>): Promise<void> {
  const { desk, close } = await startDesk(browser, console.error);
  try {
    await use(desk);
  } finally {
    await close();
  }
}

/** A desk in use: the example leads, some assigned, with notes, flagged or with a failed email. */
async function fill({ fixture }: Desk) {
  const { owner, ann, bob, folder } = fixture;
  await addExampleLeads(owner, await createLocalIntake(folder));
  const ids = await owner('leads').orderBy('created_at', 'desc').pluck<string[]>('id');
  const [waiting, reachedOut, flagged] = [ids[5]!, ids[20]!, ids[3]!];
  for (const [i, account] of [ann, bob, ann].entries()) {
    await owner('leads')
      .where({ id: ids[5 + 2 * i]! })
      .update({ assigned_to: account.id });
  }
  const send = (url: string, form: object) => fixture.post(url, ann).type('form').send(form);
  await send(`/leads/${waiting}/notes`, { text: 'Called, no answer. Again on Monday.' });
  await send(`/leads/${reachedOut}/reopen`, { reason: 'Asked for another attorney' });
  await send(`/leads/${reachedOut}/reached-out`, {});
  await owner('leads').where({ id: flagged }).update({ flagged_reason: 'honeypot' });
  const mailsOf = (id: string) => owner('outbox').where({ lead_id: id, kind: 'ACKNOWLEDGEMENT' });
  await mailsOf(waiting).update({
    state: 'FAILED',
    attempts: 3,
    last_error: 'RCPT 550',
  });
  await mailsOf(ids[0]!).update({ state: 'QUEUED', last_error: null });
  return { waiting, reachedOut, flagged };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
