import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import type { Account } from '../../../common/accounts/repository';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('tokens on /account and /accounts', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  async function makeToken(of: Account, name: string) {
    const answer = await fixture.post('/api/token', of).send({ name });
    return (answer.body as { access_token: string }).access_token;
  }
  const me = (token: string) =>
    supertest(fixture.app.callback()).get('/api/me').set('Authorization', `Bearer ${token}`);
  const revokeUrl = (html: string) => /action="(\/accounts\/[^"]+\/revoke)"/.exec(html)![1]!;

  it('are listed: an account sees its own, an administrator all', async () => {
    await makeToken(fixture.ann, '<i>CRM</i>');
    await makeToken(fixture.bob, 'Mailing');
    const own = (await fixture.get('/account')).text;
    expect(own).to.include('&lt;i&gt;CRM&lt;/i&gt;').and.not.include('Mailing');
    const all = (await fixture.get('/accounts', fixture.admin)).text;
    expect(all).to.include('CRM').and.include('Mailing').and.include('<bdi>Bob</bdi>');
  });

  it('are revoked at once', async () => {
    const token = await makeToken(fixture.ann, 'CRM');
    expect((await me(token)).status).to.equal(200);
    const answer = await fixture.post(revokeUrl((await fixture.get('/account')).text));
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/account']);
    expect((await me(token)).status).to.equal(401);
    expect((await fixture.get('/account')).text).to.include('There are none.');
  });

  it('are revoked by their owner or an administrator only', async () => {
    const token = await makeToken(fixture.bob, 'Mailing');
    const url = revokeUrl((await fixture.get('/account', fixture.bob)).text);
    expect((await fixture.post(url)).status).to.equal(403);
    const disguised = url.replace(fixture.bob.id, fixture.ann.id);
    expect((await fixture.post(disguised)).status).to.equal(404);
    expect((await me(token)).status).to.equal(200);
    expect((await fixture.post(url, fixture.admin)).status).to.equal(303);
    expect((await me(token)).status).to.equal(401);
  });

  it('are unknown under another id', async () => {
    for (const id of [randomUUID(), 'x', '%00']) {
      const url = `/accounts/${fixture.ann.id}/tokens/${id}/revoke`;
      expect((await fixture.post(url)).status).to.equal(404);
    }
  });

  it('are revoked by a new password', async () => {
    const token = await makeToken(fixture.ann, 'CRM');
    const chosen = 'another long password';
    await fixture
      .post(`/accounts/${fixture.ann.id}/password`)
      .auth(fixture.ann.email, password)
      .type('form')
      .send({ current_password: password, password: chosen });
    expect((await me(token)).status).to.equal(401);
  });
});
