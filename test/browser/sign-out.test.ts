import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { password } from '../support/apps/internal-app';
import { useFirefoxDesk } from '../support/browser/firefox';
import { useDesk } from '../support/browser/sites';
import type { Account } from '../../common/accounts/repository';

describe('signing out in the browser', () => {
  const desk = useDesk();

  /** A page whose browser asks for a password as it would ask a person, who types it or cancels. */
  async function openAsked() {
    const { fixture, signIn, url } = desk();
    const page = await signIn(fixture.ann, { httpCredentials: undefined });
    const session = await page.context().newCDPSession(page);
    const typed: Account[] = [];
    let asked = 0;
    session.on('Fetch.requestPaused', ({ requestId }) => {
      session.send('Fetch.continueRequest', { requestId }).catch(() => undefined);
    });
    session.on('Fetch.authRequired', ({ requestId }) => {
      asked++;
      const account = typed.shift();
      const authChallengeResponse = account
        ? ({ response: 'ProvideCredentials', username: account.email, password } as const)
        : ({ response: 'CancelAuth' } as const);
      void session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse });
    });
    await session.send('Fetch.enable', { handleAuthRequests: true });
    /** Returns the title and how often the browser asked. */
    async function open(path: string, as?: Account) {
      asked = 0;
      if (as) typed.push(as);
      const response = await page.goto(url + path);
      return [response!.status(), (await page.title()).split(' – ')[0], asked];
    }
    return { page, open };
  }

  const accountName = (page: Page) => page.locator('header .account bdi').textContent();

  it('makes the browser forget the password', async () => {
    const { page, open } = await openAsked();
    expect(await open('/leads', desk().fixture.ann)).to.deep.equal([200, 'Leads', 1]);
    expect(await open('/account')).to.deep.equal([200, 'Your account', 0]);
    await Promise.all([
      page.waitForEvent('load'),
      page.getByRole('link', { name: 'Sign out' }).click(),
    ]);
    expect(await page.locator('h1').textContent()).to.equal('You are signed out');
    expect(await open('/leads')).to.deep.equal([401, 'Please sign in', 1]);
  });

  it('lets somebody else sign in where the browser asks, and sign out again', async () => {
    const { ann, bob } = desk().fixture;
    const { page, open } = await openAsked();
    await open('/leads', ann);
    expect(await open('/sign-out', bob)).to.deep.equal([200, 'Leads', 1]);
    expect(await accountName(page)).to.equal('Bob');
    expect(await open('/sign-out')).to.deep.equal([401, 'You are signed out', 1]);
    expect(await open('/account')).to.deep.equal([401, 'Please sign in', 1]);
  });
});

describe('signing out in Firefox', () => {
  const desk = useFirefoxDesk();

  it('makes the browser forget the password', async () => {
    const { fixture, url } = desk();
    const page = await desk().signIn();
    const statusOf = async (path: string) => (await page.goto(url + path))!.status();
    expect(await statusOf('/leads')).to.equal(200);
    // What is typed where the browser asks: so far it does not ask.
    await page.authenticate({ username: fixture.ann.email, password: 'wrong' });
    expect(await statusOf('/account')).to.equal(200);
    await Promise.all([page.waitForNavigation(), page.click('a[href="/sign-out"]')]);
    expect(await page.title()).to.match(/^(You are signed out|Please sign in)/);
    expect(await statusOf('/leads')).to.equal(401);
  });
});
