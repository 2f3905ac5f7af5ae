import { expect } from 'chai';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import {
  aResume,
  chosen,
  fill,
  send,
  sending,
  summary,
  thanks,
  throttle,
  useSite,
  type Site,
} from '../support/browser/form-browser';

const large = aResume({ bytes: 3_000_000 });

/** Records what screen readers announce and what the progress bar shows. */
async function record(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard = { said: [] as string[], percents: [] as number[] };
    Object.assign(window, { heard });
    const status = document.querySelector('[role=status]')!;
    const bar = document.querySelector('progress')!;
    const observe = (target: Node, note: () => void) => {
      new MutationObserver(note).observe(target, { childList: true, attributes: true });
    };
    observe(status, () => heard.said.push(status.textContent));
    observe(bar, () => heard.percents.push(bar.value));
  });
}

const recorded = (page: Page) =>
  page.evaluate(
    () => (window as unknown as { heard: { said: string[]; percents: number[] } }).heard,
  );

describe('the form on a bad connection', () => {
  const start = useSite();
  let site: Site;
  let page: Page;

  beforeEach(async () => {
    site = await start();
    page = await site.open();
  });

  it('shows the progress on slow 3G, and announces each quarter', async () => {
    await fill(page, { resume: aResume({ bytes: 250_000 }) });
    await record(page);
    await page.route('**/thank-you*', (route) => route.fulfill({ status: 204 })); // stays on this page
    await throttle(page, 50_000);
    const isLeft = page.waitForEvent('response', {
      predicate: (response) => response.status() === 204,
      timeout: 15_000,
    });
    await send(page);
    await page.getByRole('progressbar', { name: 'Sending what you entered' }).waitFor();
    await isLeft;
    const { said, percents } = await recorded(page);
    const between = percents.filter((percent) => percent > 0 && percent < 100);
    expect(new Set(between).size).to.be.above(3);
    expect(percents).to.deep.equal(percents.toSorted((a, b) => a - b));
    expect(said.at(-1)).to.equal('100 % sent.');
    expect(said.length).to.be.within(2, 4);
    await expectLeads(1);
  });

  it('retries after the connection was cut halfway, and makes one lead', async () => {
    await fill(page, { resume: large });
    site.cable.cutAfter(1_000_000);
    await send(page);
    await sending(page).getByText('The connection was lost').waitFor();
    expect(await page.getByRole('status').innerText()).to.include('We will try again');
    site.cable.mend();
    await page.waitForURL(thanks);
    await expectLeads(1);
  });

  it('makes one lead when the form arrived but the response was lost', async () => {
    await fill(page);
    site.cable.cutAtAnswer();
    await send(page);
    await site.cable.cut();
    await expectLeads(1);
    site.cable.mend();
    await page.waitForURL(thanks);
    const posts = site.fixture.logged().match(/"method":"POST"/g);
    expect(posts).to.have.length.above(1);
    await expectLeads(1);
  });

  it('gives up after several minutes, keeps everything, and sends it on demand', async () => {
    await page.clock.install();
    await fill(page);
    site.cable.cutAfter(0);
    await send(page);
    for (let i = 0; i < 40 && !(await summary(page).isVisible()); i++) {
      await sending(page).or(summary(page)).first().waitFor();
      await page.clock.runFor(10_000);
    }
    expect(await summary(page).innerText()).to.include('still here');
    expect(await page.title()).to.match(/^Error: /);
    expect(await chosen(page)).to.equal('resume.pdf');
    site.cable.mend();
    await page.clock.resume();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForURL(thanks);
    await expectLeads(1);
  });

  it('can be cancelled while it is sent, and sent again', async () => {
    await fill(page, { resume: large });
    await throttle(page, 500_000);
    await send(page);
    const button = page.locator('#send');
    expect(await button.isDisabled()).to.be.true;
    expect(await sending(page).evaluate((group) => group === document.activeElement)).to.be.true;
    expect(await page.locator('#entries').evaluate((entries) => (entries as HTMLElement).inert)).to
      .be.true;
    await page.getByRole('button', { name: 'Cancel' }).click();
    await sending(page).waitFor({ state: 'hidden' });
    expect(await page.getByRole('status').innerText()).to.include('Cancelled');
    await expectLeads(0);
    expect(await button.evaluate((element) => element === document.activeElement)).to.be.true;
    await throttle(page, -1);
    await send(page);
    await page.waitForURL(thanks);
    await expectLeads(1);
  });

  it('can be cancelled while it waits to try again', async () => {
    await fill(page);
    site.cable.cutAfter(0);
    await send(page);
    await sending(page).getByText('The connection was lost').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await sending(page).waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Email').inputValue()).to.equal('carla@example.com');
  });

  it('says so when the file was changed since it was chosen', async () => {
    const file = path.join(site.fixture.folder, 'changing.pdf');
    await writeFile(file, large.buffer);
    await fill(page);
    await page.getByLabel('Resume').setInputFiles(file);
    await rm(file);
    await send(page);
    await summary(page).waitFor();
    expect(await page.locator('#resume-error').innerText()).to.include('Choose it again.');
    await page.getByLabel('Resume').setInputFiles(large);
    await send(page);
    await page.waitForURL(thanks);
  });

  it('keeps everything when something in between responds instead of the server', async () => {
    const html = '<!doctype html><title>Hotel</title><h1>Accept our terms</h1>';
    await page.route('**/leads', (route) =>
      route.fulfill({ contentType: 'text/html', body: html }),
    );
    await fill(page);
    await send(page);
    await summary(page).waitFor();
    expect(await summary(page).innerText()).to.include('did not reach us');
    expect(await chosen(page)).to.equal('resume.pdf');
    expect(page.url()).to.equal(`${site.url}/`);
  });

  async function expectLeads(count: number): Promise<void> {
    expect(await site.leads()).to.have.length(count);
  }
});
