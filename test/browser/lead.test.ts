import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { press, useDesk } from '../support/browser/sites';

describe('a lead’s page in the browser', () => {
  const desk = useDesk();
  let ids: string[];

  const addLeads = async (...names: string[]) => {
    ids = [];
    for (const lastName of names) ids.push((await desk().fixture.addLead({ lastName })).id);
  };
  const heading = (page: Page) => page.locator('h1').innerText();
  const strike = (page: Page, key: string) =>
    Promise.all([page.waitForEvent('load'), page.keyboard.press(key)]);
  const focused = (page: Page) =>
    page.evaluate(() => document.activeElement?.closest('tr')?.id ?? '');
  const waiting = () => desk().fixture.owner('leads').where({ state: 'PENDING' });
  const notes = () => desk().fixture.owner('notes').pluck<string[]>('text');

  /** Follows a link or key that leads back in the history, too. */
  const leave = (page: Page, key: string) =>
    Promise.all([page.waitForURL(/\/leads(\?|#|$)/), page.keyboard.press(key)]);

  describe('by keyboard', () => {
    it('goes on with j, k and u, and over the end of a page of the list', async () => {
      await addLeads('One', 'Two', 'Three', 'Four', 'Five');
      const page = await desk().signIn();
      await page.goto('/leads?limit=2');
      await page.keyboard.press('j');
      await strike(page, 'Enter');
      expect(await page.locator('.around').innerText()).to.include('First of this view');
      await page.goto(`/leads/${ids[0]!}?limit=2`);
      for (const name of ['Two', 'Three', 'Four']) {
        await strike(page, 'j');
        expect(await heading(page)).to.equal(`Carla ${name}`);
      }
      await strike(page, 'k');
      expect(await heading(page)).to.equal('Carla Three');
      await leave(page, 'u');
      await page.waitForFunction(() => document.activeElement?.matches('a[data-lead]'));
      expect(await focused(page)).to.equal(`lead-${ids[2]!}`);
      expect(await page.locator('tbody tr').count()).to.equal(2);
      await page.keyboard.press('j');
      expect(await focused(page)).to.equal(`lead-${ids[3]!}`);
      await strike(page, 'Enter');
      await strike(page, 'j');
      await page.keyboard.press('j'); // there is no next one
      expect(await heading(page)).to.equal('Carla Five');
      expect(await page.locator('.around').innerText()).to.include('Last of this view');
    });

    it('comes back to the list as it was, with its scroll, and to the row', async () => {
      await addLeads(...Array.from({ length: 24 }, (_, i) => `No ${i}`));
      const page = await desk().signIn(undefined, { viewport: { width: 1000, height: 400 } });
      await page.goto('/leads?sort=created_at');
      const row = page.locator(`#lead-${ids[20]!} a[data-lead]`);
      await row.scrollIntoViewIfNeeded();
      const before = await page.evaluate(() => scrollY);
      expect(before).to.be.above(300);
      await Promise.all([page.waitForEvent('load'), row.click()]);
      await page.waitForTimeout(300);
      await leave(page, 'u');
      await page.waitForFunction((y) => Math.abs(scrollY - y) < 30, before);
      expect(page.url()).to.equal(`${desk().url}/leads?sort=created_at`);
      expect(await focused(page)).to.equal(`lead-${ids[20]!}`);
    });

    it('marks with r, one lead a press, and goes on to the next', async () => {
      await addLeads('One', 'Two', 'Three');
      const page = await desk().signIn();
      await page.goto(`/leads/${ids[0]!}`);
      await page.waitForTimeout(300);
      const next = page.waitForURL(`**/leads/${ids[1]!}`);
      await page.evaluate(() => {
        const strikes = (repeat: boolean) => {
          document.body.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'r', bubbles: true, repeat }),
          );
        };
        strikes(false);
        strikes(false);
        strikes(true);
      });
      await next;
      expect(await page.locator('.flash').innerText()).to.match(/^Marked Carla One as reached out/);
      await page.waitForTimeout(300);
      await page.evaluate(() =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'r', bubbles: true, repeat: true }),
        ),
      );
      await page.waitForTimeout(200);
      expect(await waiting()).to.have.length(2);
      for (let i = 0; i < 2; i++) {
        await page.waitForTimeout(300);
        await strike(page, 'r');
      }
      expect(page.url()).to.equal(`${desk().url}/leads`);
      expect(await page.locator('.flash').innerText()).to.include('There is no next lead');
      expect(await waiting()).to.be.empty;
    });

    it('takes the keys that the frame of a resume names, and no others', async () => {
      await addLeads('One', 'Two');
      const page = await desk().signIn();
      await page.goto(`/leads/${ids[0]!}`);
      const send = (key: string) =>
        page.evaluate((detail) => {
          document.dispatchEvent(new CustomEvent('shortcut', { detail }));
        }, key);
      for (const key of ['d', 'n', '?', 'x', '__proto__']) await send(key);
      expect(await page.evaluate(() => document.activeElement?.id)).to.equal('');
      expect(await page.locator('#shortcuts').isVisible()).to.be.false;
      await Promise.all([page.waitForEvent('load'), send('j')]);
      expect(await heading(page)).to.equal('Carla Two');
    });

    it('starts a note with n, downloads with d, and lists the keys everywhere with ?', async () => {
      await addLeads('One');
      const page = await desk().signIn(desk().fixture.admin);
      await page.goto(`/leads/${ids[0]!}`);
      await page.keyboard.press('n');
      await page.keyboard.type('jkurd');
      expect(await page.locator('#text').inputValue()).to.equal('jkurd');
      await page.locator('#text').fill('');
      await page.locator('#text').blur();
      await Promise.all([page.waitForEvent('download'), page.keyboard.press('d')]);
      for (const url of [
        `/leads/${ids[0]!}`,
        '/leads',
        '/outbox',
        '/accounts',
        '/audit',
        '/docs',
      ]) {
        await page.goto(url);
        await page.keyboard.press('?');
        expect(await page.locator('#shortcuts').isVisible(), url).to.be.true;
        await page.keyboard.press('r'); // does nothing behind the dialog
      }
      expect(await waiting()).to.have.length(1);
      await page.goto('/accounts');
      await strike(page, '/');
      await page.waitForFunction(() => document.activeElement?.id === 'q');
    });
  });

  for (const javaScriptEnabled of [true, false]) {
    describe(`with JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
      it('stores the note with every button but that of the deletion', async () => {
        const { fixture, signIn } = desk();
        const page = await signIn(fixture.admin, { javaScriptEnabled });
        const { id } = await fixture.addLead({ flaggedReason: 'honeypot' });
        const url = `/leads/${id}?flagged=true`;
        await page.goto(url);
        const buttons = ['Not spam', 'Take it', 'Assign', 'Mark reached out', 'Undo', 'Add note'];
        for (const name of buttons) {
          await page.locator('#text').fill(`Beside ${name}`);
          await press(page, name);
          expect(await page.locator('.notes .text').first().innerText()).to.equal(`Beside ${name}`);
          expect(await page.locator('#text').inputValue()).to.equal('');
        }
        await press(page, 'Mark reached out');
        await fixture.owner('audit_events').update({ at: new Date(0) });
        await page.goto(url);
        await page.locator('#text').fill('Beside Reopen');
        await page.locator('#reason').fill('Called back');
        await press(page, 'Reopen');
        await page.locator('#text').fill('Beside next');
        await press(page, 'Reached out, to the list');
        const expected = [...buttons.map((name) => `Beside ${name}`), 'Called back'];
        expect(await notes()).to.have.members([...expected, 'Beside Reopen', 'Beside next']);
      });

      it('stores the note of this lead when the lead before is taken back', async () => {
        await addLeads('One', 'Two');
        const page = await desk().signIn(undefined, { javaScriptEnabled });
        await page.goto(`/leads/${ids[0]!}?state=PENDING`);
        await press(page, 'Reached out, next');
        await page.locator('#text').fill('About Two');
        await press(page, 'Undo');
        expect(await heading(page)).to.equal('Carla One');
        const rows: unknown = await desk().fixture.owner('notes').select('lead_id', 'text');
        expect(rows).to.deep.equal([{ lead_id: ids[1], text: 'About Two' }]);
        expect(await waiting()).to.have.length(2);
      });

      it('does not press another button when Enter is pressed in a field', async () => {
        await addLeads('One', 'Two');
        const { fixture, signIn } = desk();
        await fixture.post(`/leads/${ids[1]!}/reached-out`, fixture.bob);
        const page = await signIn(undefined, { javaScriptEnabled });
        await page.goto(`/leads/${ids[0]!}?state=ALL`);
        await press(page, 'Reached out, next'); // the notice has a button of the form, too
        expect(await heading(page)).to.equal('Carla Two');
        await page.locator('#text').fill('Typed');
        await page.locator('#account').focus();
        await page.keyboard.press('Enter');
        await page.waitForTimeout(200);
        await page.goto(`/leads/${ids[1]!}`);
        await page.locator('#reason').fill('Called back');
        await page.keyboard.press('Enter');
        await page.waitForTimeout(500);
        const actions = await fixture.owner('audit_events').where({ action: 'UNDONE' });
        expect(actions).to.be.empty;
        expect(await waiting()).to.have.length(javaScriptEnabled ? 1 : 0); // reopened by the script
      });
    });
  }

  it('asks before a page is left with a note that is not stored', async () => {
    await addLeads('One', 'Two');
    const page = await desk().signIn();
    page.removeAllListeners('dialog').removeAllListeners('request'); // both are meant here
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.goto(`/leads/${ids[0]!}`);
    await page.locator('#text').fill('Half a note');
    await page.locator('#text').blur();
    await page.locator('[data-contact]').click(); // the page stays where it is
    for (const key of ['j', 'u']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(200);
    }
    expect(asked).to.deep.equal(['beforeunload', 'beforeunload']);
    expect(await page.locator('#text').inputValue()).to.equal('Half a note');
    await press(page, 'Add note');
    await strike(page, 'j');
    expect(asked).to.have.length(2);
  });

  it('has “Mark as reached out” at hand after the address was used', async () => {
    await addLeads('One');
    const page = await desk().signIn();
    await page.goto(`/leads/${ids[0]!}`);
    const offer = page.getByRole('button', { name: 'Mark as reached out' });
    const comeBack = () => page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await comeBack();
    expect(await offer.isVisible()).to.be.false;
    await page.getByRole('button', { name: 'Copy address' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await comeBack();
    await page.locator('#text').focus();
    await page.keyboard.press('Control+v');
    expect(await page.locator('#text').inputValue()).to.equal('carla@example.com');
    await page.locator('#text').fill('');
    await press(page, 'Mark as reached out');
    expect(await waiting()).to.be.empty;
  });
});
