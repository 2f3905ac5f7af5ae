import { expect } from 'chai';
import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  aResume,
  chosen,
  fill,
  send,
  summary,
  thanks,
  throttle,
  useSite,
} from '../support/browser/form-browser';

const large = aResume({ bytes: 1_500_000 });

describe('the form while the server refuses', () => {
  const start = useSite();
  const limited = { config: { rateLimit: { max: 1, windowMs: 3000 } } };

  it('shows a 429 that came during the upload, and when it can be sent again', async () => {
    const site = await start(limited);
    const page = await site.open();
    await fetch(`http://127.0.0.1:${site.cable.port}/leads`, { method: 'POST' });
    await fill(page, { resume: large });
    await throttle(page, 1_000_000);
    await send(page);
    await summary(page).waitFor();
    expect(await summary(page).innerText())
      .to.include('Too many')
      .and.include('still here');
    expect(await chosen(page)).to.equal('resume.pdf');
    await summary(page).getByText('You can send it again now.').waitFor();
    await send(page);
    await page.waitForURL(thanks);
  });

  it('shows a 429 without JavaScript, too', async () => {
    const site = await start({ config: { rateLimit: { max: 1, windowMs: 60_000 } } });
    const page = await site.open({ javaScriptEnabled: false });
    await fetch(`http://127.0.0.1:${site.cable.port}/leads`, { method: 'POST' });
    await fill(page, { resume: large });
    await throttle(page, 1_000_000);
    await send(page);
    await page.getByRole('heading', { name: 'Too many submissions' }).waitFor();
    expect(await page.getByLabel('Last name').inputValue()).to.not.be.empty;
  });

  it('shows that a file of 1 GB is too large, while it is still being sent', async () => {
    const site = await start();
    const page = await site.open({ javaScriptEnabled: false });
    await fill(page);
    const file = path.join(site.fixture.folder, 'huge.pdf');
    await writeFile(file, '%PDF-1.4');
    await truncate(file, 1e9);
    await page.getByLabel('Resume').setInputFiles(file);
    await send(page);
    await page.getByRole('heading', { name: 'The file is too large' }).waitFor();
  });

  it('shows the 503 of a store that is down, keeps everything, and works once it is up', async () => {
    let isDown = true;
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const resumes = {
      create: () => (isDown ? Promise.reject(full) : Promise.resolve()),
      checkWritable: () => Promise.resolve(),
    };
    const site = await start({ resumes });
    const page = await site.open();
    await fill(page);
    await send(page);
    await summary(page).waitFor();
    expect(await summary(page).innerText())
      .to.include('We could not save your submission')
      .and.include('in 30 seconds')
      .and.include('still here');
    expect(await chosen(page)).to.equal('resume.pdf');
    expect(await page.evaluate(() => document.activeElement?.tagName)).to.equal('H2');
    isDown = false;
    await send(page);
    await page.waitForURL(thanks);
    expect(await site.leads()).to.have.length(1);
  });
});
