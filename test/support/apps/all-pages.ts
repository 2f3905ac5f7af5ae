import type { Page } from 'playwright-core';
import { press, type Desk } from '../browser/sites';
import { addLead } from './leads';

/** Text from strangers and colleagues that the pages show. */
export interface Writing {
  name: string;
  email: string;
  filename: string;
  text: string;
}

export const plain: Writing = {
  name: 'Somebody',
  email: 'somebody@example.com',
  filename: 'resume.pdf',
  text: 'Called, and will call again.',
};

/** As long as the fields allow, with no place to break a line. */
export const unbroken: Writing = {
  name: 'W'.repeat(100),
  email: `${'w'.repeat(64)}@${'w'.repeat(60)}.${'w'.repeat(60)}.example`,
  filename: `${'W'.repeat(251)}.pdf`,
  text: 'W'.repeat(1000),
};

/** Opens one page of the desk. */
export type Open = (page: Page) => Promise<unknown>;

/** Fills the desk, and returns every page as an administrator sees it, by name. */
export async function deskPages(desk: Desk, writing: Writing): Promise<Record<string, Open>> {
  return { ...leadPages(await fill(desk, writing), writing), ...administration(writing) };
}

async function fill({ fixture }: Desk, { name, email, filename, text }: Writing) {
  const { owner, ann, bob } = fixture;
  const fields = { first_name: name, last_name: name, email, resume_filename: filename };
  await owner('accounts').where({ id: bob.id }).update({ name });
  await owner('accounts').update({ must_change_password: false }); // after 'generated password'
  const at = new Date(Date.now() - 50 * 3_600_000);
  const waiting = await addLead(owner, { ...fields, created_at: at, assigned_to: bob.id });
  const outreach = { state: 'REACHED_OUT', reached_out_at: at, reached_out_by: bob.id };
  const reachedOut = await addLead(owner, { ...fields, ...outreach, created_at: at });
  const flagged = await addLead(owner, { ...fields, flagged_reason: 'honeypot' });
  for (const author of [ann.id, bob.id]) {
    await owner('notes').insert({ lead_id: waiting, author, text });
  }
  await fixture.post(`/leads/${reachedOut}/reopen`, bob).type('form').send({ reason: text });
  await fixture.post(`/leads/${reachedOut}/reached-out`, bob);
  const failed = { state: 'FAILED', attempts: 3, last_error: 'RCPT 550' };
  await owner('outbox').where({ lead_id: waiting }).update(failed);
  await owner('resume_problems').insert({ lead_id: waiting, problem: 'MISSING' });
  const counts = { objects: 200, foreign_objects: 1, leads: 99, orphans: 101, deleted: 0 };
  const found = { ...counts, missing: 1, damaged: 0, hashed: 99, outcome: 'STOPPED' };
  await owner('sweeps').insert({ ...found, started_at: at });
  return { waiting, reachedOut, flagged };
}

function leadPages(
  { waiting, reachedOut, flagged }: Awaited<ReturnType<typeof fill>>,
  { text }: Writing,
): Record<string, Open> {
  const at404 = '/leads/00000000-0000-4000-8000-000000000000';
  return {
    worklist: (page) => page.goto('/leads'),
    'dialog of the shortcuts': async (page) => {
      await page.goto('/leads');
      await page.locator('#shortcuts-open').click();
    },
    'worklist without a match': (page) => page.goto(`/leads?q=${encodeURIComponent(text)}x`),
    'worklist of flagged leads': (page) => page.goto('/leads?flagged=true'),
    'waiting lead': (page) => page.goto(`/leads/${waiting}`),
    'lead that was reached out to': (page) => page.goto(`/leads/${reachedOut}`),
    'flagged lead': (page) => page.goto(`/leads/${flagged}`),
    'result of a selection': async (page) => {
      await page.goto('/leads');
      await page.locator('input[name=ids]').first().check();
      await press(page, 'Mark selected as reached out');
    },
    'leads of one account': (page) => page.goto('/leads?assigned=me'),
    'deletion of a selection': async (page) => {
      await page.goto('/leads?state=ALL');
      await page.locator('#select-all').check();
      await press(page, 'Delete selected…');
    },
    'refused deletion of a selection': async (page) => {
      await page.goto('/leads?state=ALL');
      await page.locator('input[name=ids]').first().check();
      await press(page, 'Delete selected…');
      await page.locator('#confirm').fill('x');
      await press(page, 'Delete permanently');
    },
    'selection of nothing': async (page) => {
      await page.goto('/leads?state=ALL');
      const folded = page.getByText('Change selected leads'); // on a phone
      if (await folded.isVisible()) await folded.click();
      await press(page, 'Mark selected as reached out');
    },
    'refused deletion': async (page) => {
      await page.goto(`/leads/${flagged}`);
      await page.getByText('Delete this lead').click();
      await page.locator('#confirm').fill(text);
      await press(page, 'Delete permanently');
    },
    'unknown lead': (page) => page.goto(at404),
    'bad parameter': (page) => page.goto('/leads?limit=0'),
  };
}

function administration({ text }: Writing): Record<string, Open> {
  return {
    'failed emails': (page) => page.goto('/outbox'),
    'queued emails': (page) => page.goto('/outbox?state=QUEUED'),
    storage: (page) => page.goto('/storage'),
    accounts: (page) => page.goto('/accounts'),
    'refused account': async (page) => {
      await page.goto('/accounts');
      await page.locator('form[action="/accounts"]').evaluate((form) => {
        (form as HTMLFormElement).noValidate = true;
      });
      await page.locator('#name').fill(text.slice(0, 100));
      await press(page, 'Create account');
    },
    'generated password': async (page) => {
      await page.goto('/accounts');
      await page.locator('summary').first().click();
      await press(page, /^Set password/);
    },
    'own account': (page) => page.goto('/account'),
    'description of the API': (page) => page.goto('/docs'),
    audit: (page) => page.goto('/audit'),
    'refused filter of the audit': (page) => page.goto(`/audit?lead=${encodeURIComponent(text)}`),
  };
}
