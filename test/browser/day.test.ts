import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { follow, press, useDesk } from '../support/browser/sites';

describe('an attorney in the browser', () => {
  const desk = useDesk();

  /** Opens the lead as an attorney does: by searching for it in the worklist. */
  async function openBySearch(page: Page, name: string): Promise<void> {
    await page.goto('/');
    await page.locator('#q').fill(name);
    await press(page, 'Search');
    await follow(page, name);
    expect(await page.locator('h1').textContent()).to.equal(name);
  }

  for (const javaScriptEnabled of [true, false]) {
    describe(`with JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
      const signIn = () => desk().signIn(undefined, { javaScriptEnabled });

      it('finds a lead, takes it, adds a note, reaches out, undoes that, and reopens', async () => {
        const { fixture } = desk();
        await fixture.addLead({ lastName: 'Somebody' });
        const { id } = await fixture.addLead({ lastName: 'Okafor' });
        const page = await signIn();
        const flash = page.locator('.flash');
        await openBySearch(page, 'Carla Okafor');

        await press(page, 'Take it');
        expect(await flash.textContent()).to.equal('Assignment changed.');
        await page.locator('#text').fill('Called.\n\nShe calls back.');
        await press(page, 'Add note');
        expect(await page.locator('.notes .text').innerText()).to.equal(
          'Called.\n\nShe calls back.',
        );
        await press(page, 'Mark reached out');
        expect(await flash.innerText()).to.match(/^Marked Carla Okafor as reached out\.\s+Undo$/);
        await press(page, 'Undo');
        expect(await flash.textContent()).to.equal('Undone. The lead is waiting again.');
        await press(page, 'Mark reached out');
        const before = new Date(Date.now() - 11 * 60_000);
        await fixture.owner('audit_events').update({ at: before }); // too late to be undone
        await page.goto(`/leads/${id}`);
        await page.locator('#reason').fill('Wrong number');
        await press(page, 'Reopen');
        expect(await flash.textContent()).to.include('Reopened');
        expect(await page.locator('.timeline').innerText()).to.include('Wrong number');

        const row: unknown = await fixture
          .owner('leads')
          .where({ id })
          .first('state', 'assigned_to');
        expect(row).to.deep.equal({ state: 'PENDING', assigned_to: fixture.ann.id });
      });

      it('downloads the resume as it was sent', async () => {
        const resume = Buffer.from(`%PDF-1.4\n${'\0\r\n\xff'.repeat(5000)}`, 'latin1');
        await desk().fixture.addLead({}, resume);
        const page = await signIn();
        await openBySearch(page, 'Carla Moreno');
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('link', { name: 'cv.pdf' }).click(),
        ]);
        expect(download.suggestedFilename()).to.match(/^Moreno Carla [0-9a-f]{8}\.pdf$/);
        expect((await readFile(await download.path())).equals(resume)).to.be.true;
      });

      it('marks the selected leads, and shows the result for each', async () => {
        const names = ['One', 'Two', 'Three'];
        for (const lastName of names) await desk().fixture.addLead({ lastName });
        const page = await signIn();
        await page.goto('/leads');
        for (const name of names.slice(0, 2)) await page.getByLabel(`Select Carla ${name}`).check();
        await press(page, 'Mark selected as reached out');
        const rows = page.locator('tbody tr');
        expect(await rows.count()).to.equal(2);
        for (const [i, name] of names.slice(0, 2).entries()) {
          expect(await rows.nth(i).innerText())
            .to.include(name)
            .and.include('Done');
        }
        expect(await page.locator('main').innerText()).to.include('2 of 2');
      });

      it('exports what the list shows', async () => {
        await desk().fixture.addLead();
        await desk().fixture.addLead({ lastName: 'Exported' });
        const page = await signIn();
        await page.goto('/leads?q=Exported');
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('link', { name: 'Export as CSV' }).click(),
        ]);
        expect(download.suggestedFilename()).to.equal('leads.csv');
        const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
        expect(lines).to.have.length(2);
        expect(lines[1]).to.include('Exported');
      });
    });
  }

  it('stays in the list when a lead is marked there', async () => {
    await desk().fixture.addLead({ lastName: 'Listed' });
    const page = await desk().signIn();
    await page.goto('/leads?q=Listed');
    await press(page, /Mark reached out.*Listed/);
    expect(page.url()).to.equal(`${desk().url}/leads?q=Listed`);
    await page.reload(); // repeats the GET, and the message is gone
    expect(await page.locator('.flash').count()).to.equal(0);
    expect(await page.locator('.leads').innerText()).to.include('Reached out');
  });

  it('tells the slower of two who press at once that the other was first', async () => {
    const { fixture, signIn } = desk();
    const { id } = await fixture.addLead();
    const pages = await Promise.all([signIn(fixture.ann), signIn(fixture.bob)]);
    await Promise.all(pages.map((page) => page.goto(`/leads/${id}`)));
    await Promise.all(pages.map((page) => press(page, 'Mark reached out')));
    const said = await Promise.all(
      pages.map((page) => page.locator('.flash, .problem').innerText()),
    );
    const winner = said.findIndex((text) => text.startsWith('Marked Carla Moreno as reached out.'));
    expect(winner).to.be.oneOf([0, 1]);
    expect(said[1 - winner]).to.include(`Already reached out: ${['Ann', 'Bob'][winner]!} did`);
  });
});
