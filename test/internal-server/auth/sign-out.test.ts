import { expect } from 'chai';
import supertest from 'supertest';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('GET /sign-out', () => {
  let fixture: InternalFixture;
  before(async () => {
    fixture = await startInternalApp();
  });
  after(async () => {
    await fixture.close();
  });

  const browser = () => supertest.agent(fixture.app.callback()); // keeps cookies
  const events = () => fixture.owner('audit_events').pluck<string[]>('action');

  it('returns 401 with the challenge, and a page that says so', async () => {
    const { status, headers, text } = await fixture.get('/sign-out');
    expect(status).to.equal(401);
    expect(headers['www-authenticate']).to.equal('Basic realm="lead-intake", charset="UTF-8"');
    expect(headers['cache-control']).to.equal('no-store');
    expect(text)
      .to.include('<h1>You are signed out</h1>')
      .and.to.include('<a href="/">Sign in</a>');
    expect(text).to.not.include(fixture.ann.name);
  });

  it('does so however often, with any password and with none', async () => {
    for (let i = 0; i < 3; i++) {
      const app = fixture.app.callback();
      expect((await supertest(app).get('/sign-out')).status).to.equal(401);
      expect((await supertest(app).head('/sign-out')).status).to.equal(401);
      expect((await supertest(app).get('/sign-out').auth('x@y', 'no')).status).to.equal(401);
    }
  });

  for (const site of ['cross-site', 'same-site']) {
    it(`signs nobody out whom a page that is ${site} sends there`, async () => {
      const { status, headers } = await fixture.get('/sign-out').set('Sec-Fetch-Site', site);
      expect([status, headers.location]).to.deep.equal([303, '/']);
      expect(headers).to.not.have.property('www-authenticate');
      expect(headers['set-cookie'] ?? []).to.not.match(/signed-out/);
    });
  }

  for (const site of ['same-origin', 'none']) {
    it(`signs out whoever comes by a link or address that is ${site}`, async () => {
      const { status } = await fixture.get('/sign-out').set('Sec-Fetch-Site', site);
      expect(status).to.equal(401);
    });
  }

  it('counts as nobody’s failed sign-in, and records nothing', async () => {
    await fixture.get('/account');
    const before = await events();
    for (let i = 0; i < 120; i++) {
      const { status } = await browser().get('/sign-out').auth(fixture.ann.email, `wrong${i}`);
      expect(status).to.equal(401);
    }
    await fixture.refusals.stop();
    expect(await events()).to.deep.equal(before);
    expect((await fixture.get('/account')).status).to.equal(200);
  });

  it('signs in who types a password where the browser asks for it, and signs out again', async () => {
    const agent = browser();
    for (let i = 0; i < 2; i++) {
      expect((await agent.get('/leads').auth(fixture.ann.email, password)).status).to.equal(200);
      const out = await agent.get('/sign-out').auth(fixture.ann.email, password);
      expect(out.status).to.equal(401);
      const typed = await agent.get('/sign-out').auth(fixture.bob.email, password);
      expect([typed.status, typed.headers.location]).to.deep.equal([303, '/']);
    }
    // Also where the only page since the sign-in was none.
    await agent.get('/sign-out').auth(fixture.ann.email, password);
    expect((await agent.get('/leads/1').auth(fixture.bob.email, password)).status).to.equal(404);
    const other = await agent.get('/sign-out').auth(fixture.bob.email, password);
    expect(other.status).to.equal(401);
  });

  it('counts a wrong password that is typed there', async () => {
    const agent = browser();
    await agent.get('/sign-out').auth(fixture.bob.email, password);
    const { status, text } = await agent.get('/sign-out').auth(fixture.bob.email, 'wrong');
    expect(status).to.equal(401);
    expect(text).to.include('The email address or the password is wrong.');
  });

  it('says after it, on a page without a password, whom to ask', async () => {
    const { text } = await supertest(fixture.app.callback()).get('/leads').auth('ann@x', 'wrong');
    expect(text).to.include('ask an administrator').and.to.include('/assets/internal.css');
    expect((await fixture.get('/leads/1')).text).to.not.include('ask an administrator');
  });
});
