import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { sentences } from '../../public-server/resume-check/sentences';
import { readFields } from '../../public-server/submissions/fields';
import { casesOf, fixturePath } from '../fixtures/cases';
import { checkContent } from '../fixtures/check-file';
import { byContent, byName } from '../fixtures/other-kinds';
import { aPhoto, aResume, fill, send, thanks, useSite } from '../support/browser/form-browser';

/** Chooses a file and returns what the page says against it. */
async function refusalOf(page: Page, name: string, content: Buffer | string): Promise<string> {
  const file = { name, mimeType: '', buffer: Buffer.from(content) };
  await page.getByLabel('Resume').setInputFiles(file);
  await page.evaluate(
    "import('/assets/resume-field.js').then(({ untilChecked }) => untilChecked())",
  );
  return page.locator('#resume').evaluate((input: HTMLInputElement) => input.validationMessage);
}

function postsOf(page: Page): string[] {
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  return posts;
}

describe('the form before the upload', () => {
  const start = useSite();

  it('says what to do with a file of another kind, at the field and to screen readers', async () => {
    const page = await (await start()).open();
    const posts = postsOf(page);
    for (const [what, name, content, key] of byContent) {
      expect(await refusalOf(page, name, content), what).to.equal(sentences[key]);
      expect(await page.locator('#resume-error').innerText()).to.equal(sentences[key]);
      expect(await page.getByRole('status').innerText()).to.equal(sentences[key]);
    }
    await fill(page, { resume: aPhoto() });
    await send(page);
    expect(posts).to.be.empty;
    await page.getByLabel('Resume').setInputFiles(aResume());
    await send(page);
    await page.waitForURL(thanks);
  });

  it('refuses nothing that the server accepts, and says what the server would say', async () => {
    const page = await (await start()).open();
    const folders = ['corpora/docs', 'corpora/bad', 'field'].map((each) => fixturePath(each));
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name)),
    );
    expect(files).to.have.length.above(50);
    const given = files.flatMap((file) =>
      [path.basename(file), 'resume', 'photo.jpg'].map(
        (name) => [file, name, readFileSync(file)] as const,
      ),
    );
    let refused = 0;
    for (const [what, name, content] of [...given, ...byName]) {
      const said = await refusalOf(page, name, content);
      if (said === '') continue;
      refused++;
      expect(said, `${what} as ${name}`).to.equal(await checkContent(content, name));
    }
    expect(refused).to.be.above(10);
  });

  for (const name of ['resume', 'DOC-20240501-WA0001.', 'resume.pdf (1)', 'photo.jpg']) {
    it(`sends a PDF under the name ${name}`, async () => {
      const site = await start();
      const page = await site.open();
      await fill(page, { resume: aResume({ name }) });
      await send(page);
      await page.waitForURL(thanks);
      expect((await site.leads())[0]!.resume_filename).to.match(/\.pdf$/);
    });
  }

  it('sends nothing when Send is pressed at once', async () => {
    const page = await (await start()).open();
    const posts = postsOf(page);
    await fill(page);
    await page.getByLabel('Resume').evaluate((input: HTMLInputElement) => {
      const transfer = new DataTransfer();
      const jpeg = new Uint8Array(5_000_000);
      jpeg.set([0xff, 0xd8, 0xff, 0xe0]);
      transfer.items.add(new File([jpeg], 'IMG_0001.jpg'));
      input.files = transfer.files;
      input.dispatchEvent(new Event('change'));
      input.form!.requestSubmit(); // in the same moment, before the content can have been read
    });
    await page.locator('#resume-error').waitFor();
    await page.getByLabel('Resume').setInputFiles(aResume());
    await send(page);
    await page.waitForURL(thanks);
    expect(posts).to.have.length(1);
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`sends no address without a dot, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const site = await start();
      const page = await site.open({ javaScriptEnabled });
      const posts = postsOf(page);
      await fill(page);
      const email = page.getByLabel('Email');
      await email.fill('jane@example');
      await send(page);
      expect(await email.evaluate((input) => input.matches(':focus:invalid'))).to.equal(true);
      expect(await email.getAttribute('title')).to.include('like name@example.com');
      expect(posts).to.be.empty;
      await email.fill('jane@example.com');
      await send(page);
      await page.waitForURL(thanks);
    });
  }

  it('takes the addresses that the server takes', async () => {
    const page = await (await start()).open();
    const given = casesOf('field').filter(({ field }) => field === 'email');
    const addresses = [...new Set(given.map(({ value }) => value))].filter(
      (value) => value !== '' && value === value.trim() && !/[\r\n]/.test(value), // as browsers send it
    );
    expect(addresses).to.have.length.above(100);
    const isFine = (email: string) => {
      const names = { first_name: 'Jane', last_name: 'Lee' };
      return readFields({ ...names, email }).values !== undefined;
    };
    const seen = await page.getByLabel('Email').evaluate((input: HTMLInputElement, values) => {
      return values.map((value) => {
        input.value = value;
        return [value, input.value.length <= input.maxLength && input.validity.valid, input.value];
      });
    }, addresses);
    const differing = seen.filter(([, isValid, sent]) => isValid !== isFine(sent as string));
    expect(differing).to.be.empty;
  });
});
