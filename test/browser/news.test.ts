import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { press, useDesk } from '../support/browser/sites';

describe('an open page', () => {
  const desk = useDesk();
  let page: Page;
  let asked: string[];

  beforeEach(async () => {
    page = await desk().signIn();
    asked = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/leads/news') asked.push(request.url());
    });
    await page.clock.install();
  });

  const passes = async (seconds: number) => {
    await page.clock.runFor(seconds * 1000);
    await sleep(100); // the answer comes in real time
  };
  const notice = () => page.locator('#news').innerText();
  const hide = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);

  it('of the list tells of new leads without being reloaded, and shows them', async () => {
    const { fixture } = desk();
    await fixture.addLead({ lastName: 'Early' });
    await page.goto('/leads');
    await page.locator('#q').focus();
    await passes(31);
    expect(asked).to.have.length(1);
    expect(await notice()).to.equal('');
    await fixture.addLead({ lastName: 'Late' });
    await fixture.addLead({ lastName: 'Later' });
    await fixture.addLead({ lastName: 'Spam', flaggedReason: 'honeypot' });
    await passes(31);
    await page.getByText('2 new leads.').waitFor();
    expect(await page.title()).to.match(/^\(2\) Leads/);
    expect(await page.locator('#q').evaluate((q) => q === document.activeElement)).to.be.true;
    await page.getByRole('link', { name: 'Show', exact: true }).click();
    await page.getByRole('link', { name: 'Carla Later', exact: true }).waitFor();
    expect(await page.title()).to.match(/^Leads/);
    await passes(31);
    expect(await notice()).to.equal('');
  });

  it('says a piece of news once', async () => {
    await page.goto('/leads');
    await page.evaluate(() => {
      const changes = Object.assign(window, { changes: 0 });
      new MutationObserver(() => changes.changes++).observe(document.getElementById('news')!, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    });
    await desk().fixture.addLead();
    for (let i = 0; i < 4; i++) await passes(31);
    await page.getByText('1 new lead.').waitFor();
    expect(asked.length).to.equal(4);
    expect(await page.evaluate(() => (window as unknown as { changes: number }).changes)).to.equal(
      1,
    );
  });

  it('asks nothing while it is hidden, and once when it is shown again', async () => {
    await page.goto('/leads');
    await hide(true);
    await passes(600);
    expect(asked).to.have.length(0);
    await hide(false);
    await passes(1);
    expect(asked).to.have.length(1);
    await hide(true);
    await hide(false);
    await passes(20);
    expect(asked).to.have.length(1);
    await passes(11);
    expect(asked).to.have.length(2);
  });

  it('asks less and less often while the server is away, and gives up', async () => {
    await page.goto('/leads');
    await page.route('**/leads/news**', (route) => route.abort());
    for (let i = 0; i < 60; i++) await passes(31);
    expect(asked).to.have.length(5);
  });

  it('stops when the account is signed out', async () => {
    await page.goto('/leads');
    await page.route('**/leads/news**', (route) => route.fulfill({ status: 401 }));
    for (let i = 0; i < 10; i++) await passes(31);
    await hide(false);
    await passes(31);
    expect(asked).to.have.length(1);
  });

  it('of a lead says which colleague opened it, before both write', async () => {
    const { fixture } = desk();
    const { id } = await fixture.addLead();
    await page.goto(`/leads/${id}`);
    expect(await notice()).to.equal('');
    await fixture.get(`/leads/${id}`, fixture.bob);
    await passes(31);
    await page.getByText('Bob opened this lead just now.').waitFor();
    const other = await desk().signIn(fixture.bob, { javaScriptEnabled: false });
    await other.goto(`/leads/${id}`);
    expect(await other.locator('#news').innerText()).to.match(/^Ann opened this lead just now\./);
    await press(other, 'Mark reached out');
  });
});
