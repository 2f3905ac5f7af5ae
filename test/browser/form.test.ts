import { expect } from 'chai';
import type { Page } from 'playwright-core';
import {
  aPhoto,
  aResume,
  fill,
  send,
  summary,
  thanks,
  useSite,
} from '../support/browser/form-browser';

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

/** Gives a resume to the file chooser when it opens. Call it early: it takes effect late. */
function chooseWhenAsked(page: Page): Promise<void> {
  return new Promise((resolve, reject) => {
    page.once('filechooser', (chooser) => {
      chooser.setFiles(aResume()).then(resolve, reject);
    });
  });
}

for (const javaScriptEnabled of [true, false]) {
  describe(`the form ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    const start = useSite();

    it('sends one lead, and says what happens next', async () => {
      const site = await start();
      const page = await site.open({ javaScriptEnabled });
      await fill(page, { firstName: 'Zoë' });
      await send(page);
      await page.waitForURL(thanks);
      const text = await page.locator('main').innerText();
      expect(text).to.include('two working days').and.include(page.url().slice(-8));
      const leads = await site.leads();
      expect(leads).to.have.length(1);
      expect(leads[0]).to.include({ first_name: 'Zoë', resume_filename: 'resume.pdf' });
      expect((leads[0]!.id as string).slice(0, 8)).to.equal(page.url().slice(-8));
    });

    it('says what is wrong at the field and above, keeps the text, and takes the focus there', async () => {
      const site = await start();
      const page = await site.open({ javaScriptEnabled });
      await fill(page, { firstName: ' ' });
      await send(page);
      await summary(page).waitFor();
      expect(await page.title()).to.match(/^Error: /);
      expect(await focused(page)).to.equal('Nothing was sent yet.');
      const firstName = page.getByLabel('First name');
      expect(await firstName.getAttribute('aria-invalid')).to.equal('true');
      expect(await firstName.getAttribute('aria-describedby')).to.include('first_name-error');
      expect(await page.locator('#first_name-error').innerText()).to.equal(
        'Enter your first name.',
      );
      expect(await page.getByLabel('Last name').inputValue()).to.equal('Moreno');
      await summary(page).getByRole('link', { name: 'Enter your first name.' }).click();
      expect(await firstName.evaluate((input) => input === document.activeElement)).to.be.true;
      expect(await site.leads()).to.have.length(0);
    });

    it('makes one lead of a double click', async () => {
      const site = await start();
      const page = await site.open({ javaScriptEnabled });
      await fill(page);
      await page.getByRole('button', { name: 'Send' }).dblclick({ noWaitAfter: true });
      await page.getByRole('heading', { name: 'Thank you' }).waitFor(); // `waitForURL` fails when
      expect(page.url()).to.match(thanks); // the second click breaks off what the first began
      expect(await site.leads()).to.have.length(1);
    });

    it('is fresh after Back, and then makes another lead', async () => {
      const site = await start();
      const page = await site.open({ javaScriptEnabled });
      const id = () => page.locator('input[name=submission_id]').inputValue();
      const firstId = await id();
      await fill(page);
      await send(page);
      await page.waitForURL(thanks);
      await page.goBack();
      await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
      expect(await id()).to.not.equal(firstId);
      if (javaScriptEnabled) expect(await page.getByLabel('Last name').inputValue()).to.equal('');
      await fill(page);
      await send(page);
      await page.waitForURL(thanks);
      expect(await site.leads()).to.have.length(2);
    });

    it('can be filled in and sent with the keyboard alone', async () => {
      const site = await start();
      const page = await site.open({ javaScriptEnabled });
      const chosen = chooseWhenAsked(page);
      const press = (key: string) => page.keyboard.press(key);
      for (const text of ['Carla', 'Moreno', 'carla@example.com']) {
        await press('Tab');
        await page.keyboard.type(text);
      }
      await press('Tab');
      expect(await page.locator(':focus').getAttribute('name')).to.equal('resume');
      if (javaScriptEnabled) {
        await press('Enter');
        await chosen;
      } else await page.locator(':focus').setInputFiles(aResume()); // Playwright sees no file chooser then
      await press('Tab');
      expect(await focused(page)).to.equal('Send');
      await press('Enter');
      await page.waitForURL(thanks);
      expect(await site.leads()).to.have.length(1);
    });
  });
}

/** Sends the form as a browser without validation does. */
async function sendUnchecked(page: Page): Promise<void> {
  await page.locator('form').evaluate((form) => {
    (form as HTMLFormElement).noValidate = true;
  });
  await send(page);
}

describe('the form without any script', () => {
  const start = useSite();

  it('shows nothing that only a script can do', async () => {
    const site = await start();
    const page = await site.open({ javaScriptEnabled: false });
    expect(await page.locator('main').innerText()).to.not.match(/drop it|Cancel|Sending what/);
  });

  it('says that the file needs to be chosen again', async () => {
    const site = await start();
    const page = await site.open({ javaScriptEnabled: false });
    await fill(page, { resume: aPhoto() });
    await sendUnchecked(page);
    await summary(page).waitFor();
    expect(await summary(page).innerText()).to.include('you need to choose your resume again');
    expect(await page.locator('#resume-error').innerText()).to.include('This is a photo');
  });

  it('shows a page, not a broken connection, when the file is too large', async () => {
    const site = await start();
    const page = await site.open({ javaScriptEnabled: false });
    await fill(page, { resume: aResume({ bytes: 12_000_000 }) });
    await send(page);
    await page.getByRole('heading', { name: 'The resume may have 10 MB at most' }).waitFor();
    expect(await site.leads()).to.have.length(0);
  });
});
