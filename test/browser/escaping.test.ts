import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { casesOf } from '../fixtures/cases';
import { useDesk } from '../support/browser/sites';
import { deskPages, plain } from '../support/apps/all-pages';
import { addLead } from '../support/apps/leads';

/** Without NUL, which Postgres cannot store. */
const strings = [
  ...casesOf('field').map(({ value }) => value),
  ...casesOf('names').flatMap((each) => [each.first_name, each.last_name]),
  ...casesOf('filename').map(({ filename }) => filename),
]
  .map((each) => each.replaceAll('\0', '').trim())
  .filter((each, i, all) => each !== '' && all.indexOf(each) === i);

/** Strings that could be taken for markup, a template or the end of an attribute. */
const suspicious = strings.filter((each) => /[<>&"'`%{}\\]/.test(each));

const markup = `"'><img src=x onerror=alert(1)><script src=//evil.example></script><%= 1 %>`;
const ofLength = (text: string, length: number) => Array.from(text).slice(0, length).join('');

describe('text from strangers', function () {
  this.timeout(120_000); // several hundred pages each
  const desk = useDesk();
  // Leads from before the table refused control characters.
  beforeEach(() =>
    desk().fixture.owner.raw('alter table leads drop constraint if exists leads_unfit_characters'),
  );

  it(`stays text on every page, even if it is markup`, async () => {
    const shapes = [];
    const { fixture } = desk();
    // The first sign-in of a day is an event of its own.
    for (const account of [fixture.admin, fixture.ann, fixture.bob])
      await fixture.get('/account', account);
    await reset();
    for (const writing of [
      plain,
      { name: markup, email: markup, filename: markup, text: markup },
    ]) {
      const pages = await deskPages(desk(), writing);
      const page = await desk().signIn(desk().fixture.admin);
      const shape: Record<string, string[]> = {};
      for (const [name, open] of Object.entries(pages)) {
        await open(page);
        shape[name] = await page.evaluate(shapeOf);
      }
      shapes.push(shape);
      await reset();
    }
    for (const [name, shape] of Object.entries(shapes[0]!)) {
      expect(shapes[1]![name], name).to.deep.equal(shape);
    }
  });

  it(`stays text in the lists, for ${suspicious.length} strings from the corpora`, async () => {
    const plainly = await shapesOfLists(suspicious.map(() => 'plain'));
    await reset();
    expect(await shapesOfLists(suspicious)).to.deep.equal(plainly);
  });

  it(`stays text on the page of a lead, for ${suspicious.length} strings from the corpora`, async () => {
    const page = await signIn();
    const plainly = await shapeAt(page, `/leads/${await add('plain')}`);
    for (const each of suspicious) {
      expect(await shapeAt(page, `/leads/${await add(each)}`), each).to.deep.equal(plainly);
    }
  });

  it(`stays text in a search, for ${suspicious.length} strings from the corpora`, async () => {
    const page = await signIn();
    const plainly = await shapeAt(page, '/leads?q=plain');
    for (const each of suspicious) {
      const url = `/leads?${new URLSearchParams({ q: ofLength(each, 200) }).toString()}`;
      expect(await shapeAt(page, url), each).to.deep.equal(plainly);
    }
  });

  async function signIn(): Promise<Page> {
    const page = await desk().signIn(desk().fixture.admin);
    await page.goto('/account');
    return page;
  }

  function add(each: string): Promise<string> {
    const name = ofLength(each, 100);
    const filename = ofLength(each, 255);
    const fields = { first_name: name, last_name: name, resume_filename: filename };
    return addLead(desk().fixture.owner, fields);
  }

  /** Each text becomes a lead, an account and a note; then the lists are opened. */
  async function shapesOfLists(texts: string[]): Promise<string[][]> {
    const { owner, admin } = desk().fixture;
    const noted = await add('plain');
    for (const [i, text] of texts.entries()) {
      await add(text);
      await owner('notes').insert({ lead_id: noted, author: admin.id, text: ofLength(text, 1000) });
      const account = { email: `${i}@firm.example`, name: ofLength(text, 100), role: 'ATTORNEY' };
      await owner('accounts').insert({ ...account, password_hash: 'none' });
    }
    const page = await desk().signIn(admin);
    const shapes: string[][] = [];
    const visit = async (url: string) => {
      await page.goto(url);
      shapes.push(await page.evaluate(shapeOf));
    };
    await visit('/accounts');
    await visit(`/leads/${noted}`);
    await visit('/outbox?state=QUEUED');
    await visit('/leads?limit=100');
    for (let next = page.locator('a[rel=next]'); (await next.count()) > 0;) {
      await visit((await next.getAttribute('href'))!);
    }
    return shapes;
  }

  async function reset(): Promise<void> {
    const { owner, ann, bob, admin } = desk().fixture;
    await owner.raw(
      'truncate leads, notes, outbox, outbox_recipients, resume_problems, sweeps, audit_events',
    );
    await owner('accounts').whereNotIn('id', [ann.id, bob.id, admin.id]).delete();
  }
});

/** Returns the elements of a page with the names of their attributes, which no text may change. */
function shapeOf(): string[] {
  // A web address in a note is a link, what stands beside a lead depends on the others, and the
  // frame goes when it turns out that there is no resume.
  const own = ':not(.notes a[target], .around *, iframe)';
  return [...document.querySelectorAll(own)]
    .map((each) => [each.tagName, ...each.getAttributeNames()].join(' '))
    .sort();
}

/** Returns the shape of a page that is fetched and parsed, which is faster than showing it. */
function shapeAt(page: Page, url: string): Promise<string[]> {
  return page.evaluate(async (address) => {
    const answer = await fetch(address);
    const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const shape = [...parsed.querySelectorAll(':not(.notes a[target], .around *)')]
      .map((each) => [each.tagName, ...each.getAttributeNames()].join(' '))
      .sort();
    return [String(answer.status), ...shape];
  }, url);
}
