import { expect } from 'chai';
import {
  aPhoto,
  aResume,
  chosen,
  fill,
  send,
  summary,
  thanks,
  useSite,
} from '../support/browser/form-browser';

describe('the script of the form', () => {
  const start = useSite();

  it('keeps the file when something else is wrong', async () => {
    const site = await start();
    const page = await site.open();
    await fill(page, { firstName: ' ' });
    await send(page);
    await summary(page).waitFor();
    expect(await summary(page).innerText()).to.include('file you chose are still here');
    expect(await chosen(page)).to.equal('resume.pdf');
    await page.getByLabel('First name').fill('Carla');
    await send(page);
    await page.waitForURL(thanks);
    expect(await site.leads()).to.have.length(1);
  });

  it('sends once, however often and however fast the button is pressed', async () => {
    const site = await start();
    const page = await site.open();
    const posts: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    await fill(page);
    await page.locator('#send').evaluate((button) => {
      for (let i = 0; i < 5; i++) (button as HTMLElement).click();
      for (let i = 0; i < 5; i++) button.closest('form')!.requestSubmit(); // as Enter does
    });
    await page.waitForURL(thanks);
    expect(posts).to.have.length(1);
  });

  it('is fresh when it comes from the back/forward cache', async () => {
    const site = await start();
    const page = await site.open();
    const id = () => page.locator('input[name=submission_id]').inputValue();
    const firstId = await id();
    await page.route('**/thank-you*', (route) => route.fulfill({ status: 204 })); // stays on this page
    await fill(page);
    const isLeft = page.waitForEvent('response', (response) => response.status() === 204);
    await send(page);
    await isLeft;
    await Promise.all([
      page.waitForEvent('load'),
      page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))),
    ]);
    expect(await id()).to.not.equal(firstId);
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isEnabled()).to.be.true;
    expect(await site.leads()).to.have.length(1);
  });

  for (const [problem, resume, allowedBytes, message] of [
    ['of the wrong type', aPhoto('me.pdf'), 100, 'This is a photo or picture.'],
    ['over the limit', aResume({ bytes: 10_485_761 }), 10_485_760, 'the limit is 10 MB'],
    ['without content', { ...aResume(), buffer: Buffer.alloc(0) }, 1000, 'The file is empty.'],
  ] as const) {
    it(`refuses a file ${problem} at once, and sends nothing until another is chosen`, async () => {
      const site = await start();
      const page = await site.open();
      const posts: string[] = [];
      page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
      await fill(page, { resume });
      const input = page.getByLabel('Resume');
      expect(await page.locator('#resume-error').innerText()).to.include(message);
      expect(await page.getByRole('status').innerText()).to.include(message);
      expect(await input.getAttribute('aria-invalid')).to.equal('true');
      expect(await input.getAttribute('aria-describedby')).to.equal('resume-hint resume-error');
      await send(page);
      expect(posts).to.deep.equal([]);
      await input.setInputFiles(aResume({ bytes: allowedBytes }));
      expect(await page.locator('#resume-error').count()).to.equal(0);
      expect(await input.getAttribute('aria-invalid')).to.equal(null);
      await send(page);
      await page.waitForURL(thanks);
    });
  }

  it('asks for another file when the server refuses the content', async () => {
    const site = await start();
    const page = await site.open();
    await fill(page, { resume: { ...aResume(), buffer: Buffer.from('MZ no document') } });
    await send(page);
    await summary(page).waitFor();
    expect(await page.locator('#resume-error').innerText()).to.include('not a PDF document');
    expect(await summary(page).innerText()).to.include('you need to choose your resume again');
    expect(await chosen(page)).to.equal(undefined);
    expect(await page.getByLabel('Email').inputValue()).to.equal('carla@example.com');
  });

  it('shows the page of the server when it finds the file too large', async () => {
    const site = await start();
    const page = await site.open();
    await fill(page);
    await page.getByLabel('Resume').evaluate((input) => {
      input.dataset.maxBytes = '99000000';
    });
    await page.getByLabel('Resume').setInputFiles(aResume({ bytes: 12_000_000 }));
    await send(page);
    await summary(page).waitFor();
    expect(await summary(page).innerText()).to.include('The resume may have 10 MB at most');
    expect(await page.getByLabel('Last name').inputValue()).to.equal('Moreno');
    expect(await chosen(page)).to.equal(undefined);
  });

  it('accepts a file that is dropped anywhere on the page, but only one', async () => {
    const site = await start();
    const page = await site.open();
    const drop = async (...names: string[]) => {
      const dataTransfer = await page.evaluateHandle((each) => {
        const transfer = new DataTransfer();
        for (const name of each)
          transfer.items.add(new File([name.endsWith('.pdf') ? '%PDF-1.4' : 'MZ\0'], name));
        return transfer;
      }, names);
      for (const type of ['dragover', 'drop']) {
        await page.dispatchEvent('footer', type, { dataTransfer });
      }
    };
    await drop('first.pdf', 'second.pdf');
    expect(await page.locator('#resume-error').innerText()).to.equal('Drop only one file.');
    expect(await chosen(page)).to.equal(undefined);
    await drop('dropped.pdf');
    expect(await chosen(page)).to.equal('dropped.pdf');
    expect(await page.locator('#resume-error').count()).to.equal(0);
    await drop('virus.exe');
    expect(await page.locator('#resume-error').innerText()).to.include('This is a program.');
    expect(page.url()).to.equal(`${site.url}/`);
  });
});
